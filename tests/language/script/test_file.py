"""The file that a person writes a script in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.language.script.file import parse_script, scene_id

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


@given(st.text(max_size=200))
def test_any_text_is_a_script_or_a_clear_error(text: str) -> None:
    try:
        script = parse_script(text)
    except RequestError:
        return
    assert script.title
    assert len({scene.id for scene in script.scenes}) == len(script.scenes)
