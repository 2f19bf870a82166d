"""Whatever stands in a file, all that reads it gives a value or one of our errors, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.places import PROGRAMS
from tests.support.texts.parsers import HTML, PARSERS, run

MANY = 5000
"""Inputs for each parser by `make soak`."""

SLOWEST_S = 20.0
"""More for one small input is taken for a hang."""

TOKENS = (
    *rb'\ud800 \udc00 \u0000 \U00000000 \n \" \\ "'.split(b" "),
    *b"' ''' [ ] { } [[ ]] ( ) < > </ /> , ; : = == | ~ ` ``` * _ # @ $ % & ! ? - -- --- --> +".split(b" "),
    *b"../ /dev/zero ~ ~nobody/ %s {0} {{ {% ${A} http://[ http://x:99999/ null true [] {} 0.5 -0.0 0 1 -1".split(b" "),
    *b"1e999 -1e999 1e308 1e-400 1e20 NaN nan Infinity -Infinity inf -inf 2027-13-01 9999-12-31T23:59:59Z".split(b" "),
    *b"0001-01-01 25:61 99:99:99,999 999999999999:00:00.000 0:00 -0:01 1;2;3 {1}{2}".split(b" "),
    *b"&a; &#0; &#xd800; &#99999999999; <![CDATA[ ]]> <!-- --> <script> <frameset> charset=undefined".split(b" "),
    *(
        b"<meta charset=utf-16>",
        b"<?xml version='1.0' encoding='foo'?>",
        b'<!DOCTYPE x [<!ENTITY a "b">]>',
        b"<base href=x>",
    ),
    *(
        b"00:00:00,000 --> 00:00:01,000\n",
        b"{\\k99999999999999999999}",
        b"",
        b" ",
        b"\t",
        b"\n",
        b"\n\n",
        b'"""',
        b'""',
    ),
    *(b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b", b"\r", b"\x0b", b"\x1f", b"\xef\xbf\xbf"),
    *(one.encode() for one in ["\x85", "\u2028", "😀", "٣", "²", "𝟙", "Ⅷ", "½", "十", "\u202e"]),
    *(b"9" * 20, b"9" * 400, b"9" * 5000, b"0x" + b"f" * 99, b"a" * 5000, b"\xcc\x81" * 200),
    *(
        b"[" * 70,
        b"{" * 70,
        b"[" * 3000,
        b'{"a":' * 3000,
        b"<b>" * 300,
        b"a." * 100,
        b"(" * 500,
        b"> " * 300,
        b"*" * 500,
    ),
)

edits = st.tuples(
    st.sampled_from(["cut", "repeat", "insert", "replace", "swap", "end", "byte"]),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 0.3),
    st.sampled_from(TOKENS),
)


def mutate(data: bytes, changes: list[tuple[str, float, float, bytes]]) -> bytes:
    """The bytes with parts cut out, repeated, put in, replaced and exchanged, one change after another."""
    for kind, place, share, token in changes:
        begin = int(place * len(data))
        end = min(len(data), begin + max(1, int(share * len(data) * place)))
        part = data[begin:end]
        data = {
            "cut": data[:begin] + data[end:],
            "repeat": data[:end] + part + data[end:],
            "insert": data[:begin] + token + data[begin:],
            "replace": data[:begin] + token + data[begin + len(token[:8]) :],
            "swap": data[:begin] + part[::-1] + data[end:],
            "end": data[:begin],
            "byte": data[:begin] + token[:1] + data[begin + 1 :],
        }[kind]
    return data


def values(data: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    """The bytes with whole words, numbers and strings replaced, so that the form around them stays whole."""
    import re

    parts = re.split(rb"([\w.+-]+)", data)
    for place, token in changes:
        if len(parts) > 1:
            parts[1 + 2 * (place % (len(parts) // 2))] = token
    return b"".join(parts)


def inputs(seeds: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Seeds with changes, and for one in ten anything."""
    changed = st.builds(mutate, st.sampled_from(seeds), st.lists(edits, min_size=1, max_size=5))
    word = st.tuples(st.integers(0, 5000), st.sampled_from(TOKENS))
    revalued = st.builds(values, st.sampled_from(seeds), st.lists(word, min_size=1, max_size=3))
    anything = st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))
    return st.one_of(changed, changed, revalued, revalued, anything)


def fuzz(name: str, folder: Path, count: int) -> None:
    parser = PARSERS[name]

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=count < MANY,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs(parser.seeds))
    def one(data: bytes) -> None:
        begin = time.monotonic()
        run(parser, data, folder)
        assert time.monotonic() - begin < SLOWEST_S, data[:400]

    one()


@pytest.mark.parametrize("name", PARSERS)
def test_what_is_fit_to_be_read_is_read(name: str, tmp_path: Path) -> None:
    parser = PARSERS[name]
    for seed in parser.seeds:
        found = run(parser, seed, tmp_path)
        assert not isinstance(found, Exception), found


STARS, BLANKS = b"*" * 2000, b" " * 2000
NESTED = b'{"episodes": [{"folder": "."}]}'
FOUND = [
    ("transcript texts", b"0:00 Tom\nBees dance.\n0:03 Tom\n" + STARS + b"x\n"),
    ("transcript texts", b"Anna" + BLANKS + b": x\n0:00 Tom\nBees.\n"),
    ("transcript markup", b'<tt frameRate="nan" tickRate="-"><body><p begin="1t">Bees</p></body></tt>'),
    ("transcript markup", b'<tt frameRate="0" frameRateMultiplier="1 0"><body><p begin="1f">Bees</p></body></tt>'),
    ("transcript markup", b'<transcript><text start="soon" dur="1e999">Bees</text></transcript>'),
    ("transcript markup", b"{1}{1}25\n{" + b"9" * 400 + b"}{12}Bees\n{1}{" + b"9" * 5000 + b"}Bees\n"),
    ("transcript json", b'{"segments": [{"start": 1, "end": 2, "text": "\\ud83d Bees"}]}'),
    ("markdown", b"# Tides\n\nAnna" + BLANKS + b". The Moon pulls the water.\n"),
    ("markdown", b"The Moon pulls the water of the sea.\n\nhttps://x" + b"9" * 5000 + b".test\n"),
    ("text", b"It pulls the sea.\n\n![the moon](moon.jpg)\n\nAnd on it goes."),
    ("html", HTML.replace(b"10:00:00Z", b"10:00:00ZZ")),
    ("env", b"PRICE_OVERRIDES=~nobody-is-called-so/prices.toml\n"),
    ("theme", b"fonts = 5\n"),
    ("theme", b'[fonts]\nbody = { family = "Inter", weight = "heavy" }\n'),
    ("theme", b'[captions]\nfamily = "Inter"\n'),
    ("prices", b"openai = 5\n"),
    ("prices", b"[openai.text]\nm = { input = 1e300, output = 1 }\n"),
    ("alerts", b"[a]\nmetric = 'disk_free_gb'\nbelow = " + b"9" * 400),
    ("clips", NESTED),
    ("clips", b'{"clips": [{"folder": "' + b"9" * 400 + b'", "passed": true, "number": 1, "id": "a", "title": "b"}]}'),
    ("state", b"[" * 100_000),
    ("state", b'{"a": "\xff"}'),
    ("answers", b'{"audio_base64": "AAAA", "alignment": {"characters": [1], "character_start_times_seconds": 5}}'),
    ("answers", b'{"audio_base64": "\xe2\x80\xae"}'),
    ("answers", b'{"width": 9, "height": 9, "url": "x", "src": {"original": "a", "large": "http://[?w=a"}}'),
    ("answers", b'{"imageinfo": 5, "license": "by", "url": 1, "foreign_landing_url": 1, "width": "a", "height": []}'),
    ("wikipedia", b"A tide <![CDAT'x rises."),
    ("svg", b'<svg xmlns="http://x.test"><g/></svg>'),
    ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e999 1e999"/>'),
]
"""What was found once, each of a kind of its own; the slow ones took minutes."""


@pytest.mark.parametrize(("name", "data"), FOUND)
def test_what_was_found_once_is_read_or_explained(name: str, data: bytes, tmp_path: Path) -> None:
    run(PARSERS[name], data, tmp_path)


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_gives_a_value_or_an_error_of_ours(name: str, tmp_path: Path) -> None:
    fuzz(name, tmp_path, max(8, 80 // PARSERS[name].cost))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_gives_a_value_or_an_error_of_ours_for_thousands(name: str, tmp_path: Path) -> None:
    fuzz(name, tmp_path, MANY)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_gives_a_value_or_an_error_of_ours_where_new_code_is_reached(name: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="it has wheels for Linux on x86-64 alone")
    child = PROGRAMS / "parser_fuzzer.py"
    runs = max(500, MANY // PARSERS[name].cost)
    ended = subprocess.run(
        [sys.executable, str(child), name, str(runs), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, f"{ended.stdout[-2000:]}\n{ended.stderr[-4000:]}"
