"""The plain text that Wikipedia's extracts module gives, made into paragraphs that can be told. Pure.

Left out: headings, the sections that hold no prose (references, links, notes), formulas with the sentence they stand
in, coordinates, citation marks, and what brackets say about pronunciation and other languages' words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from automagic.language.text.sentences import split_sentences

_HEADING = re.compile(r"^(={2,6})\s*(.*?)\s*\1\s*$")
_NOT_PROSE = frozenset(
    [
        # English
        "see also", "references", "notes", "footnotes", "citations", "sources", "bibliography", "further reading",
        "external links", "gallery", "works cited", "general references", "explanatory notes", "notes and references",
        "references and notes", "discography", "filmography", "selected works", "publications",
        # German
        "siehe auch", "einzelnachweise", "weblinks", "literatur", "anmerkungen", "quellen", "fußnoten", "galerie",
        "belege", "werke",
        # French
        "voir aussi", "notes et références", "références", "bibliographie", "liens externes", "articles connexes",
        "annexes",
        # Spanish, Italian, Portuguese
        "véase también", "referencias", "notas", "bibliografía", "enlaces externos", "galería", "fuentes", "note",
        "voci correlate", "altri progetti", "collegamenti esterni", "bibliografia", "galleria d'immagini", "ver também",
        "referências", "ligações externas", "leitura adicional", "notas e referências",
        # Dutch, Polish, Swedish
        "zie ook", "bronnen", "referenties", "externe links", "literatuur", "voetnoten", "zobacz też", "przypisy",
        "linki zewnętrzne", "uwagi", "se även", "källor", "externa länkar", "referenser", "noter",
    ]
)  # fmt: skip
_FORMULA = "\0"  # stands for what cannot be told; the sentence around it is left out
_IPA = re.compile(r"[ˈˌːəɪʊɛɔɒʃʒŋɹʁɐɑɡɣɲɾʔʲʰɨʉɯʌʋɸɕʑ]|\[[^\]\d]*\]|(?<!\w)/[^/\s][^/]*/(?!\w)")
_PRONUNCIATION = re.compile(
    r"\b(?:pronounced|pronunciation|pronounced as|listen|IPA|lit\.|literally|romani[sz]ed|transliterat\w+|Aussprache|"
    r"ausgesprochen|prononc\w+|pronunciad\w+|pronuncia)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:\w+ ){0,3}\w+:(?!\d)")  # "from Old English: tīd", "pinyin: Běijīng"
_RESPELLING = re.compile(r"^(?:[A-Z]{2,}(?:-[a-z]+)*|[a-z]+(?:-[a-z]+)*-[A-Z]{2,}(?:-[a-z]+)*)$")
_COORDINATES = re.compile(
    r"(?:\b[Cc]oordinates:\s*)?\d{1,3}(?:\.\d+)?°(?:\s?\d{1,2}(?:\.\d+)?[′'](?:\s?\d{1,2}(?:\.\d+)?[″\"])?)?\s?[NS],?\s+"
    r"\d{1,3}(?:\.\d+)?°(?:\s?\d{1,2}(?:\.\d+)?[′'](?:\s?\d{1,2}(?:\.\d+)?[″\"])?)?\s?[EWO](?:\s*/\s*[-\d.°NSEW; ]+)*"
)
_CITATION = re.compile(r"\[(?:\d+|[a-z]|note \d+|citation needed|clarification needed|update)\]")
_TERMINAL = re.compile(r"[.!?…:。！？][\"'”’)]*$")


def read_extract(extract: str, language: str) -> tuple[str, ...]:
    """The paragraphs of an extract that was asked for as plain text with headings in wiki format."""
    return tuple(clean for line in _prose_lines(extract) if (clean := clean_paragraph(line, language)))


def _prose_lines(extract: str) -> Iterable[str]:
    """Body lines; a formula between two of them has become a mark inside one."""
    skipped_level = 0
    waiting: str | None = None
    in_formula = False
    for line in extract.split("\n"):
        if heading := _HEADING.match(line):
            if waiting is not None:
                yield waiting
            waiting, in_formula = None, False
            level = len(heading[1])
            if skipped_level and level > skipped_level:
                continue
            skipped_level = level if heading[2].lower().rstrip(":") in _NOT_PROSE else 0
        elif skipped_level:
            continue
        elif line.startswith("  ") or "{\\displaystyle" in line:
            # MathML's text comes as many indented lines, and the TeX source as the last of them.
            in_formula = in_formula or "{\\displaystyle" in line
            if in_formula and waiting is not None and not waiting.endswith(_FORMULA):
                waiting += _FORMULA
        elif line.strip():
            if in_formula:
                waiting = (waiting or _FORMULA) + line
            else:
                if waiting is not None:
                    yield waiting
                waiting = line
            in_formula = False
    if waiting is not None:
        yield waiting


def clean_paragraph(text: str, language: str) -> str:
    """One paragraph without what cannot be told; empty when nothing is left."""
    text = _COORDINATES.sub(lambda match: _FORMULA if match.start() else "", _CITATION.sub("", text))
    text = _clean_brackets(text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split()))
    if _FORMULA in text:
        text = " ".join(sentence for sentence in split_sentences(text, language) if _FORMULA not in sentence)
        if text and not _TERMINAL.search(text):
            text = ""
    return text.strip()


def _clean_brackets(text: str) -> str:
    """`text` without the parts of its round brackets that only a reader's eye can use."""
    pieces: list[str] = []
    depth, start = 0, 0
    for index, character in enumerate(text):
        if character == "(":
            if depth == 0:
                pieces.append(text[start:index])
                start = index
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            if depth == 0:
                pieces.append(_clean_bracket(text[start + 1 : index]))
                start = index + 1
    pieces.append(text[start:])
    return "".join(pieces)


def _clean_bracket(inside: str) -> str:
    """A bracket's text in brackets, or nothing."""
    stripped_sound = inside[:1] == " "  # the extracts module leaves the space behind a pronunciation it took out
    kept: list[str] = []
    segments = inside.split(";")
    for position, segment in enumerate(segments):
        part = segment.strip()
        if not part or _LABEL.match(part) or (_RESPELLING.match(part) and (stripped_sound or "-" in part)):
            continue
        if position == 0 and stripped_sound and _RESPELLING.match(part.split(",")[0].strip()):
            part = part.partition(",")[2].strip()
        if _IPA.search(part) or _PRONUNCIATION.search(part):
            if not any(c.isdigit() for c in part):
                continue
            pieces = [piece.strip() for piece in part.split(",")]
            part = ", ".join(piece for piece in pieces if not _IPA.search(piece) and not _PRONUNCIATION.search(piece))
        if part and any(c.isalnum() for c in part):
            kept.append(part)
    return f"({'; '.join(kept)})" if kept else ""
