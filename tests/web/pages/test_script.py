"""The script editor: paragraphs to scenes and back, and a card that goes with its words."""

from __future__ import annotations

import pytest

from automagic.web.pages.script import ScriptBlock, join_script, read_blocks, split_script
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask
from tests.support.web.forms import send

SCRIPT = """<!--
Written by extract.
-->

# Why ice floats

Ice is light.
card: title | Why ice floats

A lake freezes
from above.
spoken: A lake freezes from up there.
![](lake.jpg)
"""


def test_a_script_is_split_and_joined() -> None:
    title, blocks = split_script(SCRIPT)
    assert title == "Why ice floats"
    assert blocks == [
        ScriptBlock("Ice is light.", "card: title | Why ice floats"),
        ScriptBlock("A lake freezes\nfrom above.", "spoken: A lake freezes from up there.\n![](lake.jpg)"),
    ]
    assert split_script(join_script(title, blocks)) == (title, blocks)


def test_a_card_goes_when_its_words_change_and_it_does_not() -> None:
    _, before = split_script(SCRIPT)
    form = {"words-0": "Ice is lighter.", "directions-0": before[0].directions, "words-1": before[1].words}
    form |= {"directions-1": before[1].directions, "words-2": " ", "directions-2": "card: x", "words-3": "New."}
    assert read_blocks(form, before) == [ScriptBlock("Ice is lighter."), before[1], ScriptBlock("New.")]
    form["directions-0"] = "card: number | 9 % lighter"
    assert read_blocks(form, before)[0].directions == "card: number | 9 % lighter"


@pytest.fixture(scope="module")
def job(web: WebHome, tmp_path_factory: pytest.TempPathFactory) -> str:
    text = tmp_path_factory.mktemp("text") / "ice.md"
    text.write_text("# Why ice floats\n\nIce is lighter than water. A lake freezes from above.\n")
    [added] = web.queue.add([web.queue.read("video", {"source": str(text), "draft": True, "voice": "espeak"})])
    return added.id


async def test_a_line_is_edited_planned_kept_and_rendered(web: WebHome, job: str) -> None:
    page = (await ask(web.app, "GET", f"/runs/{job}/edit")).body.decode()
    assert "A lake freezes from above." in page
    was = page.split('name="was" value="')[1].split('"')[0]
    fields = {
        "was": was,
        "title": "Why ice floats",
        "words-0": "Ice is lighter than water.",
        "words-1": "A lake is cold.",
    }
    planned = (await send(web, f"/runs/{job}/edit", fields | {"do": "plan"})).body.decode()
    assert "would be made again" in planned
    assert "A lake is cold." in planned
    kept = await send(web, f"/runs/{job}/edit", fields | {"do": "keep"})
    assert (kept.status, kept.headers["location"]) == (303, f"/runs/{job}/edit")
    stale = await send(web, f"/runs/{job}/edit", fields | {"do": "keep", "words-1": "A lake is deep."})
    assert stale.status == 412
    assert "+A lake is deep." in stale.body.decode()
    assert "A lake is deep.</textarea>" in stale.body.decode()
    now = stale.body.decode().split('name="was" value="')[1].split('"')[0]
    rendered = await send(web, f"/runs/{job}/edit", fields | {"do": "render", "was": now})
    assert rendered.status == 303
    assert rendered.headers["location"].startswith("/runs/key-")
