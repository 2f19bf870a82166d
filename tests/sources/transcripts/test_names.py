"""Names before the text are speakers, in every form that tools and people write; sentences with a colon stay words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest

from automagic.sources.transcripts.file import read_transcript
from automagic.values.transcript import Transcript

ASK, SAY, END = "Have you ever counted the herons?", "Last spring our club counted three.", "The town stopped mowing."


def read(folder: Path, rows: Sequence[str]) -> Transcript:
    """One cue every three seconds."""
    cues = (f"{i + 1}\n00:00:{i * 3:02},000 --> 00:00:{i * 3 + 2:02},900\n{row}\n" for i, row in enumerate(rows))
    (folder / "a.srt").write_text("\n".join(cues))
    return read_transcript(folder / "a.srt")


def turns(found: Transcript) -> list[tuple[str, str]]:
    """Who says what, one entry for each turn."""
    speakers = found.speakers or ("",) * len(found.words)
    said = zip(speakers, (word.text for word in found.words), strict=True)
    return [(name, " ".join(text for _, text in words)) for name, words in groupby(said, key=lambda one: one[0])]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Maria Lopez:", "Maria Lopez"),
        ("O'Brien, Tom (Parks):", "O'Brien, Tom (Parks)"),
        ("MARIA:", "MARIA"),
        ("Dr. Müller-Lüdenscheidt:", "Dr. Müller-Lüdenscheidt"),
        ("Speaker 1:", "Speaker 1"),
        ("SPEAKER_00:", "SPEAKER_00"),
        (">> JOHN:", "JOHN"),
        (">> Jean-Luc van der Meer:", "Jean-Luc van der Meer"),
        ("- Anna:", "Anna"),
        ("[Anna]:", "Anna"),
        ("[Unknown Speaker]:", "Unknown Speaker"),
        ("(ANNA):", "ANNA"),
        ("<Anna>:", "Anna"),
        ("**Anna:**", "Anna"),
        ("Interviewer:", "Interviewer"),
        ("M. Lopez:", "M. Lopez"),
        ("Anna (she/her):", "Anna (she/her)"),
        ("D’Angelo:", "D’Angelo"),
        ("McDonald:", "McDonald"),
        ("Mayor Smith:", "Mayor Smith"),
    ],
)
def test_a_name_that_comes_once_is_a_speaker(tmp_path: Path, written: str, name: str) -> None:
    found = read(tmp_path, [f"{written} {ASK}", SAY, END])
    assert turns(found) == [(name, f"{ASK} {SAY} {END}")]
    assert any(f"“{name}”" in notice for notice in found.notices)
    later = read(tmp_path, [SAY, f"{written} {ASK}", END])
    assert turns(later) == [("", SAY), (name, f"{ASK} {END}")]


@pytest.mark.parametrize("names", [("maria", "tom"), ("iPhone von Maria", "tom92"), ("Will", "May"), ("Q", "A")])
def test_any_name_is_a_speaker_in_a_file_that_names_all(tmp_path: Path, names: tuple[str, str]) -> None:
    one, other = names
    found = read(tmp_path, [f"{one}: {ASK}", f"{other}: {SAY}", f"{one}: I will and I may: yes.", f"{other}: {END}"])
    assert turns(found) == [(one, ASK), (other, SAY), (one, "I will and I may: yes."), (other, END)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["Maria Lopez:\n" + ASK, "Tom:\n" + SAY], [("Maria Lopez", ASK), ("Tom", SAY)]),
        (["- Anna: Why?\n- Tom: " + SAY, END], [("Anna", "Why?"), ("Tom", f"{SAY} {END}")]),
        (["Anna: " + ASK, "Anna: Why? Tom: " + SAY, "Tom: " + END],
         [("Anna", f"{ASK} Why?"), ("Tom", f"{SAY} {END}")]),
        ([">> Anna: Why? >> TOM: " + SAY, ">> " + END], [("Anna", "Why?"), ("TOM", SAY), ("", END)]),
        (["[Anna] " + ASK, "[Tom] " + SAY, "[Anna] " + END, "[Tom] Yes."],
         [("Anna", ASK), ("Tom", SAY), ("Anna", END), ("Tom", "Yes.")]),
        (["[laughs] ANNA: (sighs) " + ASK, "TOM: *coughs* " + SAY], [("ANNA", ASK), ("TOM", SAY)]),
        (["田中：こんにちは、皆さん。", "鈴木：はい、そうです。", "田中：ありがとう。"],
         [("田中", "こんにちは、皆さん。"), ("鈴木", "はい、そうです。"), ("田中", "ありがとう。")]),
        (["THE REASON: REEDS.", "MARIA: HELLO THERE", "TOM: HI MARIA", "MARIA: BYE"],
         [("", "THE REASON: REEDS."), ("MARIA", "HELLO THERE"), ("TOM", "HI MARIA"), ("MARIA", "BYE")]),
        (["Marie : Bonjour à tous.", "Jean-Luc : La raison : les roseaux.", "Marie : Oui, bien sûr."],
         [("Marie", "Bonjour à tous."), ("Jean-Luc", "La raison : les roseaux."), ("Marie", "Oui, bien sûr.")]),
        (["Anja: Heute zählen wir die Reiher am Fluss.", "Der Grund: Schilf.", "Mein Rat: Hört auf zu mähen.",
          "Tobias: Das stimmt."],
         [("Anja", "Heute zählen wir die Reiher am Fluss. Der Grund: Schilf. Mein Rat: Hört auf zu mähen."),
          ("Tobias", "Das stimmt.")]),
    ],
)  # fmt: skip
def test_speakers_change_inside_of_cues_and_in_other_languages(
    tmp_path: Path, rows: list[str], expected: list[tuple[str, str]]
) -> None:
    assert turns(read(tmp_path, rows)) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The reason: reeds.", "Remember this: stop mowing.", "Note: it works.", "NOTE: it works.", "12:30: we start.",
        "Step 1: wait.", "My advice: do less.", "One more thing: it rains.", "She asked: why?", "Two words: no reeds",
        "Here's the thing: we lost.", "Herons: small birds.", "Question: how many?", "John 3:16 says it.",
        "See http://example.com: good.", "NASA: we use data of NASA.", "Breaking news: three herons.", "So: three.",
        "Paris: the capital. London: the big one.", "In short: reeds.", "Warning! Danger: reeds.", "And I said: yes.",
    ],
)  # fmt: skip
def test_a_sentence_with_a_colon_stays_words(tmp_path: Path, sentence: str) -> None:
    assert turns(read(tmp_path, [ASK, sentence, END])) == [("", f"{ASK} {sentence} {END}")]
    between = read(tmp_path, [f"Anna: {ASK}", sentence, f"Tom: {SAY}", f"Anna: {END}"])
    assert turns(between) == [("Anna", f"{ASK} {sentence}"), ("Tom", SAY), ("Anna", END)]


def test_a_list_of_places_is_not_a_talk_between_them(tmp_path: Path) -> None:
    rows = ["Paris: The capital of France.", "London: The largest one.", "Rome: The oldest one."]
    assert turns(read(tmp_path, rows)) == [("", " ".join(rows))]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("[laughs] Well, yes.\n(door slams)", "Well, yes."),
        ("Bees (not wasps) do.", "Bees (not wasps) do."),
        ("Bees\n(not wasps)\ndo.", "Bees (not wasps) do."),
        ("(He never came back.)", "(He never came back.)"),
        ("*applause* Thank *you* all.", "Thank you all."),
        ("[dramatic\nmusic] So it began.", "So it began."),
        ("♪ Happy birthday to you ♪\nThank you.", "Thank you."),
        ("（拍手）ありがとう", "ありがとう"),
        ("We like sober people *very* much.", "We like sober people very much."),
        ("[She was the first one in this town who ever counted all of the herons here.]",
         "[She was the first one in this town who ever counted all of the herons here.]"),
    ],
)  # fmt: skip
def test_sounds_are_not_words_and_words_in_brackets_are(tmp_path: Path, row: str, said: str) -> None:
    assert turns(read(tmp_path, [row, END])) == [("", f"{said} {END}")]


def test_a_song_and_what_only_its_place_tells_to_be_a_sound_are_named(tmp_path: Path) -> None:
    found = read(tmp_path, ["♪ Happy birthday to you ♪", "Yes.\n(window opens)", "Well (laughs) no."])
    assert [word.text for word in found.words] == ["Yes.", "Well", "no."]
    assert any("line 3 (“♪ Happy birthday to you ♪”)" in notice for notice in found.notices)
    assert any("line 8 (“(window opens)”)" in notice and "line 12" in notice for notice in found.notices)
