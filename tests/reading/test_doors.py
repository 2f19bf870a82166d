"""The doors: files that a person names, TOML and JSON. Whatever comes, the failure is ours and says where."""

import ast
import json
import os
import re
import socket
import stat
from pathlib import Path

import check_project
import doors
import pytest

from automagic.errors import ConfigurationError, RequestError
from automagic.products.clips.planning.edited import CutPlan, read_plan, write_plan
from automagic.reading.faults import MAX_DEPTH, MalformedText
from automagic.reading.json import parse_json, parse_json_documents
from automagic.reading.named_files import open_named, read_named
from automagic.reading.toml import parse_toml
from automagic.sources.encoding import decode_text
from automagic.values.artifact import Artifact
from automagic.values.clip_plan import ClipPlan, KeptRange
from automagic.values.words import Word

DEEP = MAX_DEPTH + 1

# ---------------------------------------------------------------------------------------------- files


def _make(kind: str, place: Path) -> None:
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(place))
    elif kind == "device":
        place.symlink_to("/dev/zero")
    elif kind == "loop":
        place.symlink_to(place)
    elif kind == "broken link":
        place.symlink_to("nowhere")
    elif kind == "large":
        with place.open("wb") as file:
            file.truncate(2_000_001)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("pipe", "is a pipe, not a plan"),
        ("folder", "is a folder, not a plan"),
        ("socket", "is a socket, not a plan"),
        ("device", "is a device, not a plan"),
        ("loop", "leads back to itself"),
        ("broken link", "a file that does not exist"),
        ("large", "larger than 2 MB"),
        ("missing", "no file it"),
    ],
)
def test_what_is_not_a_regular_file_of_its_size_is_refused_at_once(
    kind: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the address of a socket is at most 108 bytes
    _make(kind, Path("it"))
    with pytest.raises(RequestError, match=told) as caught:
        read_named(Path("it"), 2_000_000, what="a plan")
    assert caught.value.hint or kind in ("folder", "large", "socket")


def test_what_becomes_a_pipe_between_the_two_looks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "it.toml"
    place.write_text("a = 1")
    regular = place.stat()
    place.unlink()
    os.mkfifo(place)
    monkeypatch.setattr(Path, "stat", lambda *_args, **_kwargs: regular)
    with pytest.raises(ConfigurationError, match="is a pipe"), open_named(place, 100, error=ConfigurationError):
        raise AssertionError
    assert stat.S_ISREG(regular.st_mode)


# ---------------------------------------------------------------------------------------------- TOML


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"a = 1\nb = 'x", r"line 2, column 7: expected"),
        (b"a = 1\nb = '\xc3\xa9\xff'", "line 2, column 7: it is not UTF-8"),
        (b"\xef\xbb\xbfa = 1\nb = '\xff'", "line 2, column 6: it is not UTF-8"),
        ("a = 'b\ud800'", "line 1, column 7: it has half of a surrogate pair"),
        ('\na = "\\ud800"', "line 2, column 12: escaped character"),
        ('a = "b\\u0000"', "line 1, column 7: it has the character NUL"),
        ("a = 1\nb = " + "9" * 5000, "line 2, column 5: a number"),
        ("a = 1\nb = 18446744073709551616", "line 2, column 5: a number"),
        ("a = [1, 0x" + "f" * 200 + "]", "line 1, column 9: a number"),
        ("# 99999999999999999999\na = 1e999", "line 2, column 5: a number"),
        ("a = -inf", "line 1, column 5: a number"),
        ("[a]\nb = nan", "line 2, column 5: a number"),
        ("a = " + "[" * 100_000, f"column {4 + DEEP}: it is nested deeper"),
        ("b = '['\na = " + "{a = " * 5000, "line 2, column [0-9]+: it is nested deeper"),
        (".".join("a" * 100_000) + " = 1", "line 1, column 1: it is nested deeper"),
        ("[" + '"a" . ' * 10_000 + "b]", "line 1, column 2: it is nested deeper"),
        ("a = 1\na = 2", "line 2, column 6: cannot overwrite"),
        ("a = 2027-13-01", "line 1, column 9"),
    ],
)
def test_toml_that_is_wrong_is_refused_with_its_place(text: bytes | str, told: str) -> None:
    with pytest.raises(MalformedText, match=f"mine.toml, .*{told}"):
        parse_toml(text, name="mine.toml")


def test_toml_that_is_right_is_read_as_it_is() -> None:
    text = '\ufeffa = 9223372036854775807\r\nb = "[[[[ 99999999999999999999 a.b.c"\n[c.d]\ne = [[1.5], [true]]\n'
    found = {"a": 2**63 - 1, "b": "[[[[ 99999999999999999999 a.b.c", "c": {"d": {"e": [[1.5], [True]]}}}
    assert parse_toml(text.encode(), name="x") == found


# ---------------------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "line 1, column 1: not JSON"),
        (b'{"a": 1,\n}', "line 2, column 1: not JSON"),
        (b'{"a":\n"\xff"}', "line 2, column 2: it is not UTF-8"),
        ('["\ud800"]', "line 1, column 3: it has half of a surrogate pair"),
        (b'[\n"a\\udc00"]', "line 2, column 3: .*half of a surrogate pair"),
        (b"[1,\n 99999999999999999999]", "line 2, column 2: the number is too large"),
        (b'["99999999999999999999", ' + b"9" * 5000 + b"]", "line 1, column 26: the number is too large"),
        (b"[1e999]", "line 1, column 2: the number is too large"),
        (b"[1,\nNaN]", "line 2, column 1: not JSON: NaN"),
        (b"[-Infinity]", "line 1, column 2: not JSON: -Infinity"),
        (b"[" * 100_000, f"line 1, column {DEEP}: it is nested deeper"),
        (b"[" * DEEP + b"]" * DEEP, f"line 1, column {DEEP}: it is nested deeper"),
        (b'{"a":' * 100_000, "it is nested deeper"),
        (b'"a\x00"', "line 1, column 3: not JSON"),
        (b"1 2", "line 1, column 3: not JSON"),
    ],
)
def test_json_that_is_wrong_is_refused_with_its_place(text: bytes | str, told: str) -> None:
    with pytest.raises(MalformedText, match=f"mine.json, .*{told}"):
        parse_json(text, name="mine.json")


def test_json_of_another_type_is_refused_with_its_path() -> None:
    with pytest.raises(MalformedText, match=r"mine.json: Expected `str`, got `int`"):
        parse_json(b'{"a": 1}', name="mine.json", type=dict[str, str])


def test_documents_behind_each_other_are_read_as_tools_write_them() -> None:
    found = parse_json_documents('{"a": "\\ud83d\\ude00"}\n{"b": "\\\\ud800"}, [NaN]', name="x")
    assert found[:2] == [{"a": "😀"}, {"b": "\\ud800"}]
    for text in ("[" * 5000, "9" * 5000, '{"a": 1}\n{"b": "\\ud800"}', "[1e999]" + "9" * 25, '{"a": 1}\n{"b'):
        with pytest.raises(MalformedText, match="line"):
            parse_json_documents(text, name="x")


# ---------------------------------------------------------------------------------------------- charsets


@pytest.mark.parametrize("charset", ["foo-bar", "undefined", "raw_unicode_escape", "hex", "x-sjis", "utf-16", "é", "-"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16"])
def test_a_charset_that_is_none_is_not_believed(charset: str, encoding: str) -> None:
    text = "Über die Brücke führt ein schöner Weg. Er heißt Königsallee und ist für alle da. " * 5
    for head in ("", f"<meta charset='{charset}'>", f"<?xml version='1.0' encoding='{charset}'?>"):
        data = (head + text).encode(encoding)
        assert decode_text(data, location="x", media_type=f"text/html; charset={charset}").endswith(text)
        assert decode_text(data, location="x").endswith(text)


def test_xml_is_read_in_the_encoding_that_it_declares() -> None:
    data = '<?xml version="1.0" encoding="windows-1251"?><tt>Привет</tt>'.encode("cp1251")
    assert "Привет" in decode_text(data, location="x")


# ---------------------------------------------------------------------------------------------- plans

RECORDING = Artifact("0" * 64, "video/mp4", 1)


def _plan(**changes: object) -> dict[str, object]:
    clip = ClipPlan("a1", "One", (KeptRange(2.0, 5.0), KeptRange(5.0, 9.5)), words=(Word("Tides", 2.1, 2.6),))
    written = json.loads(write_plan(CutPlan("One", RECORDING.sha256, "talk.mp4", (clip,))))
    written["clips"][0] |= changes
    return written


def _spans(*spans: tuple[object, object]) -> list[dict[str, object]]:
    return [{"start_s": start, "end_s": end, "text": "x"} for start, end in spans]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"stretches": _spans((-1, 5))}, r"a1: stretches\[0\]\.start_s is -1, before the recording"),
        ({"stretches": _spans((1, 5), (7, 6))}, r"a1: stretches\[1\] runs backwards"),
        ({"stretches": _spans((3, 3))}, r"a1: stretches\[0\] runs backwards"),
        ({"stretches": _spans((1, 5), (4, 6))}, r"a1: stretches\[1\]\.start_s is 4, before the end .* 5"),
        ({"stretches": _spans((1, 5), (6, 99))}, r"a1: stretches\[1\]\.end_s is 99, and the recording ends at 10"),
        ({"stretches": _spans((1, 1e300))}, r"a1: stretches\[0\]\.end_s is 1e\+300"),
        ({"stretches": _spans((1, 1.5))}, r"a1: stretches: they are 0\.5 s long"),
        ({"stretches": []}, "a1: stretches: it has none"),
        ({"stretches": _spans(("soon", 2))}, r"clips\[0\] \(id a1\): Expected `float`, got `str` - at `.*start_s`"),
        ({"title": 5}, r"clips\[0\] \(id a1\): Expected `str`, got `int` - at `.*title`"),
        ({"words": _spans((3, 2))}, r"a1: words\[0\] runs backwards"),
        ({"words": _spans((3, 4), (2, 3))}, r"a1: words\[1\]\.start_s is 2, before the beginning .* 3"),
        ({"words": _spans((3, 4), (5, 400))}, r"a1: words\[1\]\.end_s is 400"),
        ({"id": "../x"}, "letters and digits"),
        ({"id": "a" * 300}, "at most 64 letters"),
    ],
)
def test_a_plans_times_are_checked_when_it_is_read(changes: dict[str, object], told: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(_plan(**changes)))
    with pytest.raises(RequestError, match=told):
        read_plan(path, RECORDING, 10.0)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "9" * 400])
def test_a_plans_times_are_numbers(number: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(_plan()).replace("9.5", number))
    with pytest.raises(RequestError, match=r"plan\.json is not a valid plan: line 1, column"):
        read_plan(path, RECORDING, 10.0)


def test_a_plan_that_fits_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("\ufeff" + json.dumps(_plan()), "utf-8")
    assert read_plan(path, RECORDING, 10.0) == read_plan(path, RECORDING)


# ---------------------------------------------------------------------------------------------- no other doors


def test_nothing_is_read_beside_the_doors() -> None:
    assert list(check_project.check_doors()) == []


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("import tomllib", "tomllib"),
        ("from tomllib import loads", "tomllib"),
        ("import json\ndef f(text): return json.loads(text)", "json.loads"),
        ("from json import load", "json.load"),
        ("import msgspec\ndef f(data): return msgspec.json.decode(data)", "msgspec.json.decode"),
        ("def f(path): return path.read_text('utf-8')", r"\.read_text\(\)"),
        ("def f(path): return path.read_bytes()", r"\.read_bytes\(\)"),
        ("def f(path):\n with path.open('rb') as file: return file.read()", r"\.open\(\)"),
        ("def f(path): return open(path)", r"open\(\)"),
        ("import os\ndef f(path): return os.open(path, os.O_RDONLY)", r"os\.open\(\)"),
    ],
)
def test_a_read_beside_the_doors_is_found(code: str, what: str) -> None:
    (fault,) = [one for one in doors.find_faults({"automagic.sources.mine": ast.parse(code)}) if "mine" in one]
    assert re.match(rf"automagic\.sources\.mine:\d: {what}", fault)


def test_writing_and_what_is_open_already_is_no_read() -> None:
    code = "import json\ndef f(path, files):\n path.open('wb')\n json.dumps(1)\n files.open()\n Image.open(path)"
    assert not [one for one in doors.find_faults({"automagic.sources.mine": ast.parse(code)}) if "mine" in one]


def test_a_reason_that_nothing_needs_is_told() -> None:
    assert "scripts/doors.py: automagic.reading.named_files reads no file: take it out" in list(doors.find_faults({}))
