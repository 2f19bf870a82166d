"""A text as a brief: its title is the name, its stating sentences are claims, its front matter may say the rest.

---                          +++
link: https://…              every field of a TOML brief
kind: coffee filter          +++
---
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from automagic.errors import RequestError
from automagic.language.text.front_matter import split_front_matter
from automagic.products.ads.briefs.claims import is_stating, sentences_of
from automagic.products.ads.briefs.delicate import addresses_model
from automagic.products.ads.briefs.fields import read_fields
from automagic.products.ads.briefs.material import BriefMaterial, BriefSentence, Given
from automagic.reading.faults import MalformedText
from automagic.reading.named_files import file_name, read_named
from automagic.reading.toml import parse_toml
from automagic.sources.encoding import decode_text
from automagic.sources.text import MAX_BYTES, read_document
from automagic.values.document import Document

_HINT = "Give a brief (.toml), a text (.md, .txt), or the address of a product page."
_TEXTS = frozenset({"name", "kind", "link", "language", "brand", "campaign", "call", "price", "disclaimer", "logo"})
_LISTS = frozenset({"pictures", "colours", "keep", "allowed"})
_SAME = {"lang": "language", "title": "name"}
_PAIR = re.compile(r"([a-z_]+)\s*:\s+(.*?)\s*\Z")
_MOST_SENTENCES = 40


def read_text_brief(path: Path, given: Given) -> BriefMaterial:
    """What a Markdown, plain or HTML text says.

    Raises:
        RequestError: It cannot be read, or its front matter has a field that a brief has not.
    """
    location = file_name(path)
    data = read_named(path, MAX_BYTES, hint=_HINT)
    text = decode_text(data, location=location)
    table = _front_matter(text, location)
    document = read_document(data, location=location)
    stated = read_fields(table, location, path.parent)
    language = given.language or stated.language or document.language
    sentences = stated.sentences or tuple(stating_sentences(document, language))[:_MOST_SENTENCES]
    return replace(
        stated,
        name=given.name or stated.name or document.title,
        kind=given.kind or stated.kind,
        link=given.link or stated.link,
        language=language,
        sentences=sentences,
    )


def stating_sentences(document: Document, language: str) -> Iterator[BriefSentence]:
    """The sentences of a document that state something by themselves; what others said (quotes) is none of it."""
    from automagic.language.text.identify import identify_language

    language = language or identify_language(" ".join(document.paragraphs)) or "en"
    for number, paragraph in enumerate(document.paragraphs, 1):
        if document.marks and document.marks[number - 1].kind == "quote":
            continue
        for sentence in sentences_of(paragraph, language):
            if is_stating(sentence, language) or addresses_model(sentence):  # which is told when it is kept out
                yield BriefSentence(sentence, f"paragraph {number}", is_claim=False)


def _front_matter(text: str, location: str) -> dict[str, Any]:
    """The fields of a brief in it; those of a text (author, date) are no fields of a brief and are left."""
    _, body = split_front_matter(text)
    lines = text[: len(text) - len(body)].strip().split("\n")
    if len(lines) < 2:
        return {}
    inside = "\n".join(lines[1:-1])
    if lines[0].startswith("+++"):
        return parse_toml(inside, name=location)
    table: dict[str, Any] = {}
    for line in lines[1:-1]:
        pair = _PAIR.match(line)
        name = _SAME.get(pair[1], pair[1]) if pair else ""
        if pair and name in _TEXTS:
            table[name] = _unquoted(pair[2])
        elif pair and name in _LISTS:
            table[name] = [_unquoted(part.strip()) for part in pair[2].strip("[]").split(",") if part.strip()]
        elif pair and name == "offer_until":
            table[name] = _day(pair[2], location)
    return table


def _day(written: str, location: str) -> object:
    try:
        return parse_toml(f"day = {_unquoted(written)}", name=location)["day"]
    except MalformedText as error:
        raise RequestError(f"{location}: offer_until is no day", hint="Write it like 2026-12-24.") from error


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
