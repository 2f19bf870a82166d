"""What of a script, or of a text that is one, is narration; what is not is told with its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.language.script.blocks import separate
from automagic.language.script.file import parse_script
from automagic.sources.text import read_document
from automagic.values.document import Document

CHAT = """Certainly! Here's a 45-second script about herons:

# Title: The herons

**[Scene 1: Wide shot of the river, dawn]**
NARRATOR (V.O.): Three herons came back on Monday.

Scene 2 – Close-up
**HOST:** Rangers counted (pause) <5 % of them.
B-roll: a nest
On-screen text: "5 %"

**(0:05–0:12) CTA:** Let me know in the comments what you saw!

[Music fades]

---
**Hashtags:** #herons #river

Let me know if you'd like me to adjust the tone!
"""
TOLD = (
    "Three herons came back on Monday.",
    "Rangers counted <5 % of them.",
    "Let me know in the comments what you saw!",
)


def told(text: str) -> tuple[str, ...]:
    return tuple(scene.text for scene in parse_script(text).scenes)


def source(text: str, name: str = "a.md") -> Document:
    return read_document(text.encode(), location=name)


def test_only_the_narration_of_a_chats_script_is_told() -> None:
    script = parse_script(CHAT)
    assert tuple(scene.text for scene in script.scenes) == TOLD
    assert script.title == "The herons"
    for name in ("a.md", "a.txt"):
        document = source(CHAT, name)
        assert (document.title, document.paragraphs) == ("The herons", TOLD)


def test_what_is_left_out_is_said_with_its_line() -> None:
    for notices in (parse_script(CHAT).notices, source(CHAT).notices):
        said = " ".join(notices)
        for part in ("scene headings in lines 5, 8", "directions in lines 9, 10, 11, 15", "speakers in lines 6, 9",
                     "label of a part in line 13", "time mark in line 13", "hashtags in line 18",
                     "remarks in lines 1, 20", "Certainly!"):  # fmt: skip
            assert part in said, (part, said)


@pytest.mark.parametrize(
    "line",
    [
        "[Music fades]", "**[Cut to: the river]**", "(pause)", "Scene 3:", "SCENE 3 - THE RIVER", "Shot 2: wide",
        "INT. KITCHEN - DAY", "FADE OUT.", "VISUAL: a river", "SFX: rain", "#herons #river", "0:00-0:05", "[0:05]",
        "(0-3s)", "**Hook**", "NARRATOR (V.O.)", "Word count: 112", "$$E = mc^2$$", "\\[ x = 5 \\]", "Szene 3: Totale",
        "Einblendung: 5 %", "{beat}", "— END —", "MUSIC UP.", "CLOSE UP: a nest",
        "SFX - rain", "🎵 Background music: soft",
        "```\ncode here\n```", "| a | b |\n|---|---|\n| 1 | 2 |", "Texto en pantalla: hola",
    ],
)  # fmt: skip
def test_structure_is_not_narrated(line: str) -> None:
    script = parse_script(f"# T\n\nRain falls.\n\n{line}\n\nIt stops.")
    assert tuple(scene.text for scene in script.scenes) == ("Rain falls.", "It stops.")
    assert "Not narrated" in script.notices[0]
    assert "line 5" in script.notices[0]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("NARRATOR: Rain falls.", "Rain falls."),
        ("**VO:** Rain falls.", "Rain falls."),
        ("**Hook (0-3s):** Rain falls.", "Rain falls."),
        ("[0:05] Rain falls.", "Rain falls."),
        ("0:05-0:10 Rain falls.", "Rain falls."),
        ("**0:05 –** Rain falls.", "Rain falls."),
        ("Scene 1: Rain falls on the old town.", "Rain falls on the old town."),
        ("[upbeat music] Rain falls.", "Rain falls."),
        ("Rain falls. [thunder]", "Rain falls."),
        ("Rain (long pause) falls.", "Rain falls."),
        ("**Hook** – Rain falls.", "Rain falls."),
        ("🎙️ Narrator: *“Rain falls.”*", "Rain falls."),
        ("- [x] Bring boots.", "Bring boots."),
        ("Here $x_1 = 5$ holds.", "Here x₁ = 5 holds."),
        ("Erzähler: Regen fällt.", "Regen fällt."),
        ("Voix off : La pluie tombe.", "La pluie tombe."),
    ],
)
def test_a_label_goes_and_what_follows_it_stays(line: str, kept: str) -> None:
    assert told(f"# T\n\n{line}") == (kept,)


@pytest.mark.parametrize(
    "line",
    [
        "Sound: it travels at 343 m/s.", "Note: do not try this.", "WARNING: it is hot.",
        "Scene 1 of the play is long.",
        "3-5 seconds of rain fell at 10:30.", "Sure, herons are birds.", "Let me know what you think!",
        "(And yes, it really happened.)", "The sign said [Music fades] in red.", "It cost $5 and $10.",
        "Do you want me?", "If a < b, List<int> is <3.", "Here is the answer: rain.", "Hook and line: both matter.",
        "Would you like some tea?",
    ],
)  # fmt: skip
def test_a_sentence_that_looks_like_structure_is_told(line: str) -> None:
    assert told(f"# T\n\nRain falls.\n\n{line}") == ("Rain falls.", line)
    assert source(f"# T\n\nRain falls.\n\n{line}").paragraphs == ("Rain falls.", line)


def test_a_backslash_keeps_a_line() -> None:
    assert told("# T\n\n\\NARRATOR: Rain falls.\n\n\\[Music fades]\n\n\\(pause)") == (
        "NARRATOR: Rain falls.",
        "[Music fades]",
        "(pause)",
    )


def test_each_who_speaks_has_scenes_of_their_own() -> None:
    assert told("HOST: Why?\nGUEST: Because.\nHOST: Oh.") == ("Why?", "Because.", "Oh.")
    assert source("Host: Why is it so?\nGuest: Because it is.").paragraphs == ("Why is it so?", "Because it is.")


def test_of_a_screenplay_only_what_is_said_is_told() -> None:
    text = "Title: Rain\n\nINT. HOUSE - DAY\n\nRain falls.\n\nANNA\n(softly)\nIt rains.\nIt pours.\n\nCUT TO:\n"
    script = parse_script(text)
    assert (script.title, [scene.text for scene in script.scenes]) == ("Rain", ["It rains. It pours."])
    assert "the description of an action in line 5" in " ".join(script.notices)
    assert source(text, "a.txt").paragraphs == ("It rains. It pours.",)


def test_of_a_script_in_two_columns_the_spoken_one_is_told() -> None:
    text = "| Time | Visual | Audio |\n|---|---|---|\n| 0:00 | River | Rain falls. |\n| 0:05 | Town | It stops. |"
    assert told(text) == ("Rain falls.", "It stops.")
    assert source(text).paragraphs == ("Rain falls.", "It stops.")


def test_items_of_a_list_are_sentences() -> None:
    assert told("- [ ] Bring boots\n- [x] Bring tea") == ("Bring boots. Bring tea",)
    text = "# T\n\nWe go.\n\n- [ ] Bring boots\n- Bring tea\n- [Contents](x.md)\n"
    assert source(text).paragraphs == ("We go.", "Bring boots.", "Bring tea.")


def test_code_and_tables_of_a_source_are_said_with_their_lines() -> None:
    document = source("---\ntitle: T\n---\n\nRain falls.\n\n```\nx = 1\n```\n\n| a |\n|---|\n| 1 |\n")
    assert document.paragraphs == ("Rain falls.",)
    assert document.notices == (
        "Not narrated: code in line 7 (“x = 1”).",
        "Not narrated: a table in line 11 (“| a |”).",
    )


def test_a_script_of_structure_only_says_what_it_has() -> None:
    with pytest.raises(RequestError, match=r"nothing to narrate.*\[Music fades\]"):
        parse_script("[Music fades]\n\n#herons #river")


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="aB1:[]()*#|-$\\`.\n ", max_size=60), st.booleans())
def test_no_word_vanishes_silently(text: str, is_script: bool) -> None:
    narration = separate(text, "script" if is_script else "plain")
    kept = "".join(line for _, line in narration.lines) + narration.title
    if sum(map(str.isalnum, kept)) < sum(map(str.isalnum, text)):
        assert narration.left_out or narration.title


@pytest.mark.parametrize("line", ["🔥 " * 3_000, "🔥" * 20_000, "- 🔥 " * 2_000])
def test_a_line_of_many_pictures_is_read(line: str) -> None:
    assert source(f"Herons are back at last.\n\n{line}word\n").paragraphs[0] == "Herons are back at last."
