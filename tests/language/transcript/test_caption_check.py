"""Captions against what was heard: planted faults are found, with their kind and size; good captions have none."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from automagic.language.transcript.caption_check import CaptionCheck, CaptionRules, check_captions
from automagic.language.transcript.caption_words import CheckedCue
from automagic.values.words import Word
from tests.support.texts.captioned_speech import GOOD, HEARD, make_cues, make_heard

EASY = CaptionRules(max_chars=60, max_chars_per_s=40, min_duration_s=0.2, max_duration_s=12)


def check(cues: list[CheckedCue], heard: list[Word] = HEARD) -> CaptionCheck:
    return check_captions(cues, heard, rules=EASY)


def faults(result: CaptionCheck) -> list[str]:
    return [finding.fault for finding in result.findings]


def size_of(result: CaptionCheck, fault: str) -> float:
    (finding,) = (one for one in result.findings if one.fault == fault)
    assert finding.size is not None
    return finding.size


def test_good_captions_have_no_finding() -> None:
    result = check(GOOD)
    assert result.findings == ()
    assert (result.wrong, result.captioned) == (0.0, 1.0)


def test_a_word_that_begins_a_sentence_is_no_name_unless_it_is_one_elsewhere() -> None:
    said = "And so it goes. Oakley said no. Then Oakley left. Nobody came back, and that was all there was to it."
    shown = said.replace("And so", "In so").replace("Oakley said", "Oakland said")
    heard, cues = (make_words(text) for text in (said, shown))
    found = check(make_cues(cues), heard)
    assert [one.message for one in found.findings if one.fault == "name or number"] == [
        "“Oakland” where “Oakley” was heard"
    ]


def make_words(text: str) -> list[Word]:
    return [Word(word, 1 + 0.5 * place, 1.4 + 0.5 * place) for place, word in enumerate(text.split())]


@pytest.mark.parametrize("shift_s", [1.5, -0.8, 0.5, 30.0])
def test_a_shift_is_found_with_its_size(shift_s: float) -> None:
    result = check([replace(cue, start_s=cue.start_s + shift_s, end_s=cue.end_s + shift_s) for cue in GOOD])
    assert faults(result) == ["shifted"]
    assert size_of(result, "shifted") == pytest.approx(shift_s, rel=0.1)


@pytest.mark.parametrize(
    ("rate", "named"), [(1.001, "drop frame"), (1 / 1.001, "29.97"), (23.976 / 25, "25"), (25 / 23.976, "23.976")]
)
def test_a_drift_is_found_with_its_size_and_its_cause(rate: float, named: str) -> None:
    result = check([replace(cue, start_s=cue.start_s * rate, end_s=cue.end_s * rate) for cue in GOOD])
    assert faults(result) == ["drifting"]
    assert size_of(result, "drifting") == pytest.approx((rate - 1) * 3600, rel=0.1)
    assert named in result.findings[0].message


def test_a_drift_is_found_among_times_that_are_not_exact() -> None:
    chance = random.Random(7)  # noqa: S311 - made noise
    noisy = [replace(word, start_s=word.start_s + chance.gauss(0, 0.05)) for word in make_heard(60)]
    exact = make_cues(make_heard(60))
    assert check(exact, noisy).findings == ()
    result = check([replace(cue, start_s=cue.start_s * 1.001, end_s=cue.end_s * 1.001) for cue in exact], noisy)
    assert faults(result) == ["drifting"]
    assert size_of(result, "drifting") == pytest.approx(3.6, rel=0.1)


def test_a_cut_tail_is_missing_and_not_wrong() -> None:
    kept = GOOD[: len(GOOD) * 2 // 3]
    result = check(kept)
    assert faults(result) == ["no captions"]
    assert result.wrong == 0
    missing_s = HEARD[-1].end_s - kept[-1].end_s
    assert size_of(result, "no captions") == pytest.approx(missing_s, rel=0.1)
    assert result.last_early_s == pytest.approx(missing_s, rel=0.1)


def test_a_gap_in_the_middle_is_found_at_its_time() -> None:
    result = check(GOOD[:20] + GOOD[24:])
    (finding,) = result.findings
    assert finding.fault == "no captions"
    assert (finding.at_s, finding.until_s) == pytest.approx((GOOD[20].start_s, GOOD[24].start_s), abs=1.3)


def test_wrong_words_are_counted() -> None:
    words = [replace(word, text="xyzzy") if number % 10 == 3 else word for number, word in enumerate(HEARD)]
    result = check(make_cues(words))
    assert size_of(result, "wrong words") == pytest.approx(0.1, rel=0.1)
    assert {"wrong words", "name or number"} >= set(faults(result))
    assert result.captioned > 0.99


def test_a_wrong_name_and_a_wrong_number_are_told_apart_from_other_words() -> None:
    wrong = [replace(cue, text=cue.text.replace("Oakley", "Oakland").replace("24", "42")) for cue in GOOD[:12]]
    result = check(wrong + GOOD[12:])
    told = [finding.message for finding in result.findings if finding.fault == "name or number"]
    assert told == ["“Oakland” where “Oakley” was heard", "“42” where “24” was heard"]


def test_numbers_in_words_are_the_same_numbers() -> None:
    spelled = [replace(cue, text=cue.text.replace("24", "twenty-four")) for cue in GOOD]
    assert "name or number" not in faults(check(spelled))


def test_marks_of_speakers_and_sounds_are_no_words() -> None:
    marked = [replace(GOOD[0], text=">> MAYOR OAKLEY: " + GOOD[0].text + " [APPLAUSE] ♪"), *GOOD[1:]]
    assert check(marked).wrong == 0


def test_a_caption_where_nobody_speaks_is_found() -> None:
    end = HEARD[-1].end_s
    extra = CheckedCue(end + 5, end + 8, "Subtitles by somebody else")
    result = check([*GOOD, extra])
    (finding,) = result.findings
    assert (finding.fault, finding.cue) == ("no speech", len(GOOD))


def test_one_cue_that_comes_late_is_named() -> None:
    late = [*GOOD]
    late[10] = replace(late[10], start_s=late[10].start_s + 1.6, end_s=late[10].end_s + 1.6)
    result = check_captions(late, HEARD, rules=replace(EASY, overlaps=True))
    (finding,) = result.findings
    assert (finding.fault, finding.cue) == ("off", 10)
    assert finding.size == pytest.approx(1.6, rel=0.1)


@pytest.mark.parametrize(
    ("cue", "fault"),
    [
        (CheckedCue(1.0, 1.5, "Hi."), "too short"),
        (CheckedCue(1.0, 9.0, "Hello there."), "too long"),
        (CheckedCue(1.0, 2.0, "Many more letters than one\ncan read within a second."), "too fast"),
        (CheckedCue(1.0, 4.0, "A line that is much too wide for it."), "too wide"),
        (CheckedCue(1.0, 4.0, "a\nb\nc\nd\ne"), "too many lines"),
        (CheckedCue(1.0, 4.0, " \n"), "empty"),
        (CheckedCue(4.0, 1.0, "Backwards."), "backwards"),
    ],
)
def test_what_stands_badly_is_found(cue: CheckedCue, fault: str) -> None:
    assert faults(check_captions([cue], None)) == [fault]


def test_cues_that_overlap_are_found() -> None:
    result = check_captions([CheckedCue(1.0, 4.0, "One two."), CheckedCue(3.0, 6.0, "Three four.")], None)
    assert [(one.fault, one.cue, one.size) for one in result.findings] == [("overlap", 1, 1.0)]


def test_a_caption_over_silence_says_what_nobody_said() -> None:
    assert faults(check_captions([CheckedCue(1.0, 3.0, "Thank you for watching.")], [])) == ["no speech"]


def test_nothing_heard_and_nothing_shown_is_no_fault() -> None:
    assert check_captions([], []).findings == ()
    assert check([], HEARD).captioned == 0.0


def test_nine_hours_are_checked_at_once() -> None:
    heard = make_heard(700)
    assert len(heard) > 60_000
    assert check(make_cues(heard), heard).findings == ()


@pytest.mark.parametrize(("wrong", "found"), [(4, False), (20, True)])
def test_a_few_slips_of_a_recogniser_are_no_fault_of_captions(wrong: int, found: bool) -> None:
    heard = make_words(" ".join("meeting" + "".join(chr(97 + int(one)) for one in str(place)) for place in range(330)))
    slips = {round(330 / wrong * place) for place in range(wrong)}
    cues = make_cues([replace(word, text="bananas") if place in slips else word for place, word in enumerate(heard)])
    by_ear = check_captions(cues, heard, sure=[0.9] * len(heard), rules=EASY)
    assert ("wrong words" in faults(by_ear)) is found
    assert "wrong words" in faults(check(cues, heard))


def test_what_is_said_again_and_again_is_not_wrong():
    again = make_heard()[:90]
    every_s = again[-1].end_s + 2
    heard = [Word(one.text, one.start_s + n * every_s, one.end_s + n * every_s) for n in range(20) for one in again]
    found = check_captions(make_cues(heard), heard)
    assert (found.wrong, found.captioned, found.findings) == (0.0, 1.0, ())
