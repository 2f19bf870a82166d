"""The file that a person writes a script in."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.language.script.file import parse_script, scene_id
from automagic.sources.text import read_document
from tests.support.places import ROOT

SCRIPTS = tomllib.loads((ROOT / "tests/data/scripts.toml").read_text("utf-8"))

EXAMPLE = """# Foxes <!-- working title -->

![a red fox](fox.jpg)
A fox hears a **mouse** under
the snow.

<!--
not said
-->
picture: scale.png

It weighs 6 kg, see [here](http://x.y).
spoken: It weighs about as much as a cat.

## Notes

---
- A fox hears a mouse under the snow.
"""


def test_a_paragraph_is_a_scene() -> None:
    script = parse_script(EXAMPLE)
    assert script.title == "Foxes"
    first, second, third = script.scenes
    assert (first.text, first.picture) == ("A fox hears a mouse under the snow.", "fox.jpg")
    assert (second.text, second.picture) == ("It weighs 6 kg, see here.", "scale.png")
    assert second.spoken == "It weighs about as much as a cat."
    assert (third.text, third.id) == (first.text, f"{first.id}-2")
    assert first.id == scene_id("A fox  hears a mouse\nunder the snow.")
    assert "Notes" in script.notices[0]
    assert "line 15" in script.notices[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("# Only a title\n\n<!-- x -->", "only a title"),
        ("# T\n\nspoken: alone", "line 3"),
        ("# T\n\nText\nspoken:", "line 4 is empty"),
        ("# T\n\nText\nspoken: a\nspoken: b", "Line 5"),
        ("# T\n\npicture: a.jpg\npicture: b.jpg\nText", "Line 4"),
        ("a\0b", "NUL"),
        ("x" * 1_000_001, "1 MB"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        parse_script(text)


@pytest.mark.parametrize("case", SCRIPTS.values(), ids=SCRIPTS)
def test_of_markdown_only_the_words_are_told_and_the_rest_is_named(case: dict[str, Any]) -> None:
    script = parse_script(case["text"])
    assert (script.title, [scene.text for scene in script.scenes]) == (case["title"], case["told"])
    assert len(script.notices) == len(case["left_out"])
    for left_out in case["left_out"]:
        assert left_out in " ".join(script.notices)


@pytest.mark.parametrize("case", [one for one in SCRIPTS.values() if "only_script" not in one])
def test_a_source_tells_the_same_words(case: dict[str, Any]) -> None:
    document = read_document(case["text"].encode(), location="a.md")
    told, same = (re.sub(r"\W+", " ", " ".join(texts)).strip() for texts in (document.paragraphs, case["told"]))
    assert told == same


@pytest.mark.parametrize(
    ("picture", "name"),
    [("![a fox](<my fox.jpg>)", "my fox.jpg"), ("![a fox](my fox.jpg)", "my fox.jpg"), ("![a fox][f]", "fox.jpg")],
)
def test_a_picture_is_named_in_any_way_of_markdown(picture: str, name: str) -> None:
    (scene,) = parse_script(f"# T\n\n{picture}\nA fox ![icon](i.png) hears.\n\n[f]: fox.jpg").scenes
    assert (scene.picture, scene.text) == (name, "A fox hears.")


def test_a_spoken_line_may_be_marked_up_over_lines() -> None:
    (scene,) = parse_script("# T\n\nIt is 6 kg.\nspoken: It is **as\nmuch** as a cat.\n---\n").scenes
    assert (scene.text, scene.spoken) == ("It is 6 kg.", "It is as much as a cat.")


def test_a_script_without_a_title_takes_its_first_point() -> None:
    assert parse_script("Sleep cleans the brain. It does more.").title == "Sleep cleans the brain"


@given(st.text(max_size=200))
def test_any_text_is_a_script_or_a_clear_error(text: str) -> None:
    try:
        script = parse_script(text)
    except RequestError:
        return
    assert script.title
    assert len({scene.id for scene in script.scenes}) == len(script.scenes)
