"""Files of captions as stations have them, and worse: each is read, or what is wrong with it is said."""

from __future__ import annotations

import json
import time

import pytest

HEAD = "Scenarist_SCC V1.0\n\n"
HELLO = "9420 9420 94d0 94d0 c845 4c4c 4f80 942f 942f"
SCC = f"{HEAD}00:00:01;00\t{HELLO}\n\n00:00:03;00\t942c 942c\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\nHello there\n\n"


@pytest.fixture
def read(automagic, tmp_path):
    """The text of a file of captions; what is wrong, where it cannot be read."""

    def run(name, content, code=0):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        told = automagic("archive", "captions", str(tmp_path / name), "--format", "txt", "--json", code=code)[0]
        told = json.loads(told)
        return told["error"]["message"] if code else told["text"]

    return run


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mark.scc", f"\ufeff{SCC}"),
        ("windows.scc", SCC.replace("\n", "\r\n")),
        ("upper.scc", SCC.replace(HELLO, HELLO.upper())),
        ("small head.scc", SCC.replace("Scenarist", "scenarist")),
        ("parity.scc", SCC.replace("c845", "4845")),
        ("rolled up.scc", f"{HEAD}00:00:01;00\t9425 9425 94ad 94ad 9470 9470 c845 4c4c 4f80\n"),
        ("painted.scc", f"{HEAD}00:00:01;00\t9429 9429 9470 9470 c845 4c4c 4f80\n\n00:00:03;00\t942c 942c\n"),
        ("other data.scc", f"{HEAD}00:00:00;10\t0180 c845 4c4c 8f1a\n\n{SCC.removeprefix(HEAD)}"),
        ("back in time.scc", f"{SCC}\n00:00:02;00\t{HELLO}\n"),
        ("two kinds of labels.scc", SCC.replace("03;00", "03:00")),
        ("late.scc", SCC.replace("00:00:01", "25:00:01").replace("00:00:03", "25:00:03")),
        ("mark.vtt", f"\ufeff{VTT}"),
        ("headless.vtt", VTT.removeprefix("WEBVTT\n\n")),
        ("endless.vtt", VTT.replace(" --> 00:03.000", " -->")),
        ("backwards.vtt", VTT.replace("00:03.000", "00:00.500")),
        ("map.vtt", VTT.replace("WEBVTT\n", "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n")),
        ("style.vtt", VTT.replace("WEBVTT\n", "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE for nobody\n")),
        ("voice.vtt", VTT.replace("Hello", "<v Ann>Hello</v>")),
        ("wide.vtt", VTT.encode("utf-16")),
        ("arrow.vtt", VTT.replace("there", "--> there")),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_what_can_be_read_is_read(read, name, content) -> None:
    text = read(name, content)
    assert "hello" in text.lower()
    assert "WEBVTT" not in text
    assert "9420" not in text
    assert "color" not in text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("frame 31.scc", SCC.replace("01;00", "01;31"), "line 3"),
        ("label that is left out.scc", SCC.replace("00:00:01;00", "00:01:00;00"), "line 3"),
        ("second field.scc", SCC.replace(HELLO, "1c20 1c20 1cd0 1cd0 c845 4c4c 4f80 1c2f 1c2f"), "shows nothing"),
        ("empty.scc", "", "is empty"),
        ("head.scc", HEAD, "shows nothing"),
        ("nul.vtt", VTT.replace("Hello", "He\0llo"), "not a text"),
        ("head.vtt", "WEBVTT\n\n", "cannot be used"),
        ("page.vtt", "<!DOCTYPE html><html><title>Sign in</title></html>", "cannot be used"),
    ],
)
def test_what_cannot_be_read_is_named(read, name, content, told) -> None:
    message = read(name, content, code=2)
    assert name in message
    assert told in message


@pytest.mark.parametrize(
    "content",
    [VTT * 3000, VTT.replace("Hello there", "word " * 100_000), VTT.replace("Hello there", "w" * 500_000)],
    ids=["all at once", "one line", "one word"],
)
def test_a_heap_of_captions_is_written_in_seconds(automagic, tmp_path, content) -> None:
    (tmp_path / "a.vtt").write_text(content)
    began = time.process_time()
    automagic("archive", "captions", str(tmp_path / "a.vtt"), "--format", "scc", "--out", str(tmp_path / "a.scc"))
    assert time.process_time() - began < 20
