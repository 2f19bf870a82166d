"""The file that a person writes a script in."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.language.script.file import format_script, parse_script, scene_id
from automagic.values.script import Scene, Script

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


def test_a_script_without_a_title_takes_its_first_point() -> None:
    assert parse_script("Sleep cleans the brain. It does more.").title == "Sleep cleans the brain"


_LINE = st.text(alphabet="abcAB 12#*_`~[]()<>!:.-+\\é漢&;$^=|", min_size=1, max_size=40).map(
    lambda t: " ".join(t.split())
)


@settings(max_examples=300, deadline=None)
@example(rows=[("1", None)], title="<!--")
@example(rows=[("<!-- a", "<!-- b -->")], title="1")
@example(rows=[("NARRATOR (V.O.): Three herons.", "[1]"), ("[Music fades]", None), ("(pause)", None)], title="Hook: a")
@example(rows=[("Scene 1: a", None), ("#a #b", None), ("[a=b]", None), ("$$a^2$$", "0:05 a")], title="&amp;")
@example(rows=[("Let me know if you need me to adjust the tone!", None), ("Here's a script:", None)], title="a")
@given(
    st.lists(st.tuples(_LINE.filter(bool), st.none() | _LINE.filter(bool)), min_size=1, max_size=4), _LINE.filter(bool)
)
def test_a_formatted_script_reads_back_the_same(rows: list[tuple[str, str | None]], title: str) -> None:
    scenes = tuple(Scene(str(i), text, spoken, "a b_c.jpg" if i else None) for i, (text, spoken) in enumerate(rows))
    back = parse_script(format_script(Script(title, scenes)))
    assert back.title == title
    assert [(s.text, s.spoken, s.picture) for s in back.scenes] == [(s.text, s.spoken, s.picture) for s in scenes]


@given(st.text(max_size=200))
def test_any_text_is_a_script_or_a_clear_error(text: str) -> None:
    try:
        script = parse_script(text)
    except RequestError:
        return
    assert script.title
    assert len({scene.id for scene in script.scenes}) == len(script.scenes)
