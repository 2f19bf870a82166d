"""What only others' decoders can say: whether our SCC shows what was given."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from automagic.media.captions.scc.fold import fold_cues
from automagic.media.captions.scc.writer import write_scc
from tests.support.media.scc_decoder import decode
from tests.support.programs.environments import call, make_venv

pytestmark = [pytest.mark.judges, pytest.mark.timeout(900)]

WORDS = [
    "the",
    "council",
    "will",
    "meet",
    "on",
    "Tuesday",
    "to",
    "vote",
    "about",
    "“budget”",
    "—",
    "and",
    "naïve",
    "façade",
    "café",
    "São",
    "señor",
    "¿qué?",
    "Ñandú",
    "…",
    "½",
    "♪",
    "♪♪",
    "½½",
    "50",
    "%",
    "£3",
    "$4",
    "®",
    "ÀÀ",
    "Über",
    "straße",
    "coöperate",
    "ÉTÉ",
    "résumé",
    "isn’t",
    "it's",
    "[APPLAUSE]",
    ">>",
    "CHAIR:",
    "motion",
    "carries,",
    "however;",
    "–",
]

READERS = """
import json, re, sys
import pycaption
from ttconv.scc.reader import to_model
from ttconv.vtt.writer import from_model

text = open("captions.scc", encoding="utf-8").read()
(language,) = (read := pycaption.SCCReader().read(text)).get_languages()
first = [[one.start / 1e6, one.get_text()] for one in read.get_captions(language)]
second = []
for block in from_model(to_model(text)).split("\\n\\n"):
    if match := re.search(r"(\\d+):(\\d\\d):(\\d\\d\\.\\d+) -->[^\\n]*\\n(.*)", block, re.S):
        shown = re.sub("<[^>]+>", "", match[4]).replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
        second.append([int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]), shown])
print(json.dumps({"pycaption": first, "ttconv": second}))
"""


def test_two_decoders_show_every_text_at_its_time(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - made texts
    at, given = 4.0, []
    for _ in range(1337):
        text = " ".join(chance.choice(WORDS) for _ in range(chance.choice((5, 7, 9, 11))))
        length_s = max(1.0, len(text) / 15)
        given.append((at, at + length_s, text))
        at += length_s + chance.choice((0, 0, 0.05, 0.4, 2, 3))
    cues = fold_cues(given)
    written = write_scc(cues)
    assert not written.replaced
    own = [" ".join(one.text) for one in decode(written.text)]
    (tmp_path / "captions.scc").write_text(written.text, "utf-8")
    (tmp_path / "read.py").write_text(READERS, "utf-8")
    python = make_venv(tmp_path / "venv", "pycaption==2.3.14", "ttconv==1.2.3")
    for name, read in json.loads(call(python, "read.py", cwd=tmp_path)).items():
        texts = [" ".join(text.replace("\u2019", "'").split()) for _, text in read]
        assert texts == [" ".join(text.split()) for text in own], name
        late = {number: frames * 1001 / 30_000 for number, frames in written.late.items()}
        off = max(
            abs(start - cue.start_s - late.get(n, 0))
            for n, ((start, _), cue) in enumerate(zip(read, cues, strict=True))
        )
        assert off < 0.1, name
    assert len(written.late) < 0.05 * len(cues)  # these follow closer than 60 signs a second can be loaded
