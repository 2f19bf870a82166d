"""Captions are checked: planted faults have the right name and size, good ones none; the report says nothing of law."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.texts.captioned_speech import GOOD, HEARD

EASY = {"minDuration": 0.2, "maxDuration": 12, "maxChars": 60, "maxCharsPerSecond": 40}


def clock(time_s: float) -> str:
    minutes, seconds = divmod(time_s, 60)
    return f"00:{int(minutes):02d}:{seconds:06.3f}".replace(".", ",")


def write_srt(path: Path, cues) -> Path:
    path.write_text(
        "\n".join(
            f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n" for number, (start, end, text) in enumerate(cues, 1)
        )
    )
    return path


@pytest.fixture
def check(automagic, tmp_path):
    """What `automagic archive check … --json` says of captions against what was said."""
    said = tmp_path / "said.json"
    said.write_text(json.dumps({"words": [{"word": w.text, "start": w.start_s, "end": w.end_s} for w in HEARD]}))
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(EASY))

    def run(cues, *arguments, against=True):
        file = write_srt(tmp_path / "captions.srt", cues)
        given = [str(file), "--rules", str(rules), *map(str, arguments)]
        given += ["--against", str(said)] if against else []
        for code in (0, 7):
            try:
                return json.loads(automagic("archive", "check", *given, "--json", code=code)[0])
            except AssertionError:
                if code:
                    raise
        raise AssertionError

    return run


TIMED = [(cue.start_s, cue.end_s, cue.text) for cue in GOOD]


def test_good_captions_have_no_finding(check) -> None:
    told = check(TIMED)
    assert told["findings"] == []
    assert "error" not in told
    assert (told["wrong"], told["captioned"], told["words"]) == (0, 1, len(HEARD))
    assert told["report"] == "quality report"


@pytest.mark.parametrize(
    ("cues", "rule", "size"),
    [
        ([(a + 1.5, b + 1.5, text) for a, b, text in TIMED], "shifted", 1.5),
        ([(a * 1.001, b * 1.001, text) for a, b, text in TIMED], "drifting", 3.6),
        (TIMED[: len(TIMED) * 2 // 3], "noCaptions", HEARD[-1].end_s - TIMED[len(TIMED) * 2 // 3][0]),
        ([(a, b, text.replace("the", "bananas")) for a, b, text in TIMED], "wrongWords", None),
        ([(a, b, f"{text} {'x' * 60}") for a, b, text in TIMED[:1]] + TIMED[1:], "maxChars", 73),
        ([*TIMED, (TIMED[-1][1] + 20, TIMED[-1][1] + 22, "Nobody said so")], "noSpeech", None),
        ([(TIMED[0][0], TIMED[0][1] + 1, TIMED[0][2]), *TIMED[1:]], "overlaps", 1.0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_planted_fault_is_found_with_its_size(check, cues, rule, size) -> None:
    told = check(cues)
    found = [one for one in told["findings"] if one["rule"] == rule]
    assert found
    assert told["error"]["exit_code"] == 7
    if size is not None:
        assert found[0]["size"] == pytest.approx(size, rel=0.1)


def test_places_alone_need_nothing_heard(check) -> None:
    told = check([(1, 1.1, "Short"), (2, 4, "x" * 70)], against=False)
    assert [one["rule"] for one in told["findings"]] == ["minDuration", "maxCharsPerSecond", "maxChars"]
    assert told["words"] is None


def test_the_rules_of_a_station(automagic, tmp_path) -> None:
    file = write_srt(tmp_path / "a.srt", [(1, 3, "One\nTwo~")])
    (tmp_path / "rules.toml").write_text('name = "house"\nmaxLines = 1\nillegalChars = "~^"\n')
    told = json.loads(
        automagic("archive", "check", str(file), "--rules", str(tmp_path / "rules.toml"), "--json", code=7)[0]
    )
    assert [(one["rule"], one["size"]) for one in told["findings"]] == [("maxLines", 2), ("illegalChars", 1)]
    assert told["rules"]["maxLines"] == 1


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("{}", "none of the rules"),
        ("[1]", "none of the rules"),
        ('{"maxChars": "many"}', "a rule that is none"),
        ('{"minDuration": 9, "maxDuration": 3}', "no caption can keep"),
        ('{"maxLines": 0}', "no caption can keep"),
        ('{"maxCharsPerSecond": 0}', "not above 0"),
        ("{", "rules.json"),
    ],
)
def test_rules_that_are_none_are_refused(automagic, tmp_path, rules, says) -> None:
    file = write_srt(tmp_path / "a.srt", [(1, 3, "One")])
    (tmp_path / "rules.json").write_text(rules)
    told = automagic("archive", "check", str(file), "--rules", str(tmp_path / "rules.json"), "--json", code=2)[0]
    assert says in json.loads(told)["error"]["message"]


def test_an_scc_file_is_looked_through_as_well(automagic, tmp_path) -> None:
    file = tmp_path / "a.scc"
    file.write_text("Scenarist_SCC V1.0\n\n00:00:01;00\t9420 9420 9470 9470 c1c2 942f 942f\n\n00:00:02;31\t942c 942c\n")
    told = json.loads(automagic("archive", "check", str(file), "--json", code=7)[0])
    assert [(one["fault"], one["line"]) for one in told["scc"]] == [("label", 5)]


def test_the_page_needs_no_network_and_shows_texts_as_texts(check, tmp_path) -> None:
    bad = [
        (a + 1.5, b + 1.5, "<script>alert(1)</script>" if not number else text)
        for number, (a, b, text) in enumerate(TIMED)
    ]
    told = check(bad, "--html", tmp_path / "report.html")
    page = Path(told["page"]).read_text("utf-8")
    assert "shifted" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "ompliant" not in page
    assert "Quality report" in page


def test_both_kinds_of_what_was_said_are_one_too_many(automagic, tmp_path) -> None:
    file = write_srt(tmp_path / "a.srt", [(1, 3, "One")])
    told = automagic("archive", "check", str(file), "--against", str(file), "--media", str(file), "--json", code=2)[0]
    assert "cannot be used together" in json.loads(told)["error"]["message"]


@pytest.mark.parametrize("form", ["vtt", "srt", "scc"])
def test_what_is_written_here_keeps_the_rules_of_its_form(automagic, tmp_path, form) -> None:
    """A television's lines have 32 columns, a web page's 42."""
    said = tmp_path / "said.json"
    said.write_text(json.dumps({"words": [{"word": w.text, "start": w.start_s, "end": w.end_s} for w in HEARD]}))
    written = tmp_path / f"ours.{form}"
    automagic("archive", "captions", str(said), "--format", form, "--out", str(written))
    told = json.loads(automagic("archive", "check", str(written), "--against", str(said), "--json")[0])
    assert told["findings"] == []
    assert told["rules"]["maxChars"] == (32 if form == "scc" else 42)
