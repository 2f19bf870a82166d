"""The words first: a plan shows them, a script's file holds them, a preview draws them; nothing is spoken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from automagic.errors import RequestError
from automagic.language.script.file import parse_script
from automagic.products.video.request import VideoRequest
from automagic.products.video.result import VideoResult
from automagic.products.video.storyboard import draw_storyboard, read_lines
from automagic.products.video.words import as_file, captioned_shots
from automagic.settings import Settings
from automagic.studio import open_studio
from automagic.values.events import Notice, StepStarted
from automagic.values.script import Card, CardPlace, Figure
from tests.support.processes.python_programs import run_command

ARTICLE = """# Why honey keeps

Honey found in ancient tombs was still edible. It is 80% sugar, and bacteria cannot live in it.

Bees visit about 2 million flowers for one pound of honey. The jar stays closed, so no water comes in.

![a chart](chart.png)
"""
FAST = ("--voice", "espeak", "--music", "none", "--platform", "square")


@pytest.fixture
def article(tmp_path: Path) -> Path:
    (tmp_path / "honey.md").write_text(ARTICLE)
    return tmp_path / "honey.md"


async def make(home: Path, told: list[object] | None = None, **asked: object) -> VideoResult:
    request = VideoRequest(platforms=("square",), voice="espeak", music="none", draft=True, **asked)
    async with open_studio(Settings(automagic_home=home, writer="extract")) as studio:
        return await studio.video(request, listener=(told if told is not None else []).append)


async def test_a_plan_tells_what_is_said_and_shown_and_does_nothing(home, article):
    events: list[object] = []
    plan = await make(home, events, source=str(article), plan=True)
    assert "edible" in plan.scenes[0].text + plan.scenes[1].text
    assert all(scene.seconds > 1 and scene.cards for scene in plan.scenes)
    assert sum(scene.seconds for scene in plan.scenes) == pytest.approx(plan.duration_s, abs=0.5)
    assert {event.name for event in events if isinstance(event, StepStarted)} == {"write", "parse", "design", "tag"}


async def test_the_file_of_a_script_makes_the_same_scenes_and_cards(home, article, tmp_path):
    async with open_studio(Settings(automagic_home=home, writer="extract")) as studio:
        script = await studio.write_script(VideoRequest(source=str(article)))
    (tmp_path / "my.md").write_text(as_file(script))
    read = parse_script(as_file(script))
    assert [(one.id, one.text, one.cards) for one in read.scenes] == [
        (one.id, one.text, one.cards) for one in script.scenes
    ]
    assert "honey.md" in as_file(script).partition("-->")[0]
    told, again = (
        (await make(home, source=str(article), plan=True)).scenes,
        (await make(home, script=str(tmp_path / "my.md"), plan=True)).scenes,
    )
    assert told == again


async def test_a_card_of_the_persons_is_drawn_and_one_that_cannot_be_seen_is_told(home, tmp_path):
    script = tmp_path / "my.md"
    script.write_text(
        "# Bees\n\nBees fly far and wide, and they find their way.\ncard: list | They like | item: sun | item: sage\n"
        "card: statement | They find it\ncard: statement | Too many\n\nThey rest at night.\n"
    )
    events: list[object] = []
    first, second = (await make(home, events, script=str(script), plan=True)).scenes
    assert first.cards == (Card("list", "They like", items=("sun", "sage")), Card("statement", "They find it"))
    assert second.cards[0].layout == "closing"
    assert [event.text for event in events if isinstance(event, Notice)] == [
        "Not shown: 1 of the 3 cards of “Bees fly far and wide, and they find…”, which is on the screen as 2 pictures."
    ]
    script.write_text("# Bees\n\nBees fly.\ncard: statement | Fly | icon: no-such-icon\n")
    with pytest.raises(RequestError, match="no icon 'no-such-icon'"):
        await make(home, script=str(script), plan=True)


def test_captions_are_left_out_where_a_card_says_every_word():
    script = parse_script(
        "# Two doors\n\nIn the old house each of us had a door of our own.\n\nIt cost $12 a year.\n\n"
        "Birds sing at dawn, at noon and at dusk.\n\nNobody came."
    )
    board = draw_storyboard(script, read_lines(script))
    opening, hooked, *_ = board.shots
    assert len(board.shots) == 5
    cards = (
        Card("title", "Two doors"),
        Card("statement", "In the old house each of us had a door of our own"),
        Card("number", "It cost", figures=(Figure("12", "$", label="a year"),)),
        Card("statement", "Birds sing at dawn"),
        Card("closing", "Nobody came"),
    )
    assert opening.told == hooked.told
    assert captioned_shots(board, cards, {}, "auto") == (False, False, False, True, False)
    short = (cards[0], Card("statement", "Each of us had a door"), *cards[2:])
    assert captioned_shots(board, short, {}, "auto") == (True, True, False, True, False)
    assert captioned_shots(board, cards, {}, "bottom") == (True,) * 5


async def test_a_preview_has_every_card_and_the_thumbnail_and_no_voice(home, article, tmp_path):
    events: list[object] = []
    out = tmp_path / "honey"
    preview = await make(home, events, source=str(article), preview=True, out=out)
    assert preview.place == out / "preview.png"
    assert [path.name for path in out.iterdir()] == ["preview.png"]
    started = [event.name for event in events if isinstance(event, StepStarted)]
    assert set(started) == {"write", "parse", "design", "paint-ground", "draw", "thumbnail"}
    cards = sum(len(scene.cards) for scene in preview.scenes)
    with Image.open(out / "preview.png") as sheet:
        columns, rows = ((side - 16) // 376 for side in sheet.size)
        assert columns * rows >= cards + 1
        for place in range(cards + 1):  # none is empty
            x, y = 16 + place % columns * 376, 16 + place // columns * (360 + 42)
            assert len(sheet.crop((x, y, x + 360, y + 360)).getcolors(360 * 360)) > 400
    again: list[object] = []
    await make(home, again, source=str(article), preview=True, out=out)
    assert not [event for event in again if isinstance(event, StepStarted)], "what was drawn is remembered"


async def test_the_place_in_a_list_is_told_apart_from_the_headline(home, tmp_path):
    (tmp_path / "my.md").write_text("# Lamps\n\nLamps burn oil.\n\n(3) Four flags hang there.\n\nThey rest.\n")
    card = (await make(home, script=str(tmp_path / "my.md"), plan=True)).scenes[1].cards[0]
    assert f"{card.kicker} {card.headline}".strip().startswith("3. ")


async def test_steps_that_are_told_to_their_end_are_counted_and_not_numbered(home, tmp_path):
    text = "# Lamps\n\nLamps burn oil.\n\n(1) Fill the lamp.\n\n(2) Trim the wick.\n\n(3) Light it with a match.\n"
    (tmp_path / "my.md").write_text(text)
    scenes = (await make(home, script=str(tmp_path / "my.md"), plan=True)).scenes
    shown = [(card.headline, card.place) for scene in scenes[1:] for card in scene.cards]
    heads = ("Fill the lamp", "Trim the wick", "Light it with a match")
    assert shown == [(head, CardPlace(number, 3)) for number, head in enumerate(heads, 1)]


async def test_a_preview_shows_the_persons_pictures_and_asks_nobody_for_others(home, tmp_path):
    Image.new("RGB", (640, 480), (200, 30, 30)).save(tmp_path / "red.png")
    (tmp_path / "my.md").write_text("# Bees\n\npicture: red.png\nBees fly far.\n\nThey rest at night.\n")
    preview = await make(home, script=str(tmp_path / "my.md"), preview=True, out=tmp_path / "out")
    assert [scene.picture for scene in preview.scenes] == ["red.png", ""]
    with Image.open(tmp_path / "out" / "preview.png") as sheet:
        colors = [sheet.getpixel((x, 200)) for x in (100, 280)]
    assert colors[0] != pytest.approx((200, 30, 30), abs=60)  # the title, on the card's ground
    assert colors[1] == pytest.approx((200, 30, 30), abs=6)


async def test_a_card_stands_beside_a_picture_where_it_is_asked_for_or_worth_it(home, tmp_path):
    Image.new("RGB", (640, 480), (200, 30, 30)).save(tmp_path / "red.png")
    paragraphs = [
        "Bees fly far.",
        "They rest at night and they wake up again in the morning.",
        "card: quote | We never rest | speaker: A bee\nThey fly again when the sun is up.",
        "Bees visit 2 million flowers for one pound of honey.",
        "3. Leave them a place to drink from.",
        "They are gone by the first frost of the year.",
    ]
    script = "# Bees\n\n" + "\n\n".join(f"picture: red.png\n{one}" for one in paragraphs)
    (tmp_path / "my.md").write_text(script)
    plan = await make(home, script=str(tmp_path / "my.md"), plan=True)
    assert [[card.layout for card in scene.cards] for scene in plan.scenes] == [
        ["title"],
        [],
        ["quote"],
        ["number"],
        ["statement"],
        [],
    ]
    steps = {record.name: sum(one.name == record.name for one in plan.steps) for record in plan.steps}
    # One picture in two shapes: the frame's, and that beside a card.
    assert (steps["draw"], steps["frame"]) == (4, 2)


def test_the_commands_say_the_words_and_where_they_are(article, tmp_path):
    environment = {"AUTOMAGIC_HOME": str(tmp_path / "home"), "COLUMNS": "80", "WRITER": "extract"}

    def automagic(*arguments: str) -> tuple[int, str, str]:
        done = run_command(*arguments, cwd=tmp_path, environment={**environment, "PATH": "/usr/bin:/bin"})
        return done.code, done.out, done.err

    assert automagic("script", "honey.md", "--kind", "explainer", "-o", "my.md")[:2] == (0, "my.md\n")
    code, _, error = automagic("script", "honey.md", "-o", "my.md")
    assert (code, "my.md is there already" in error) == (2, True)
    code, plan, _ = automagic("--script", "my.md", "--plan", *FAST)
    scenes = json.loads(automagic("--script", "my.md", "--plan", "--json", *FAST)[1])["scenes"]
    flat = " ".join(plan.split())
    assert all(scene["text"] in flat and scene["id"] in flat and "card: " in flat for scene in scenes)
    assert max(map(len, plan.splitlines())) <= 80
    assert {scene.id for scene in parse_script((tmp_path / "my.md").read_text()).scenes} == {
        one["id"] for one in scenes
    }


def test_a_plan_has_no_preview():
    with pytest.raises(RequestError, match="plan and preview cannot be used together"):
        VideoRequest(topic="Bees", plan=True, preview=True)
