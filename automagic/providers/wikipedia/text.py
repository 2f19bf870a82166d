"""The plain text that Wikipedia's extracts module gives, made into paragraphs that can be told. Pure.

Each paragraph says under which headings it stands, and whether it is an item of a list. Left out: the sections that
hold no prose (references, links, notes), formulas with the sentence they stand in, coordinates, citation marks, and
what brackets say about pronunciation and other languages' words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from automagic.language.text.marks import mark_paragraphs
from automagic.language.text.prose import GAP, Block, Form
from automagic.language.text.sentences import split_sentences
from automagic.values.document import Mark

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


def read_extract(extract: str, language: str, title: str = "") -> tuple[tuple[str, ...], tuple[Mark, ...]]:
    """The paragraphs, and what each is, of an extract that was asked for as plain text with headings in wiki format."""
    blocks = [*_prose_blocks(extract)]
    items = Counter(block.form.list for block in blocks if block.text)
    told = []
    for block in blocks:
        is_heading = block.kind == "heading"
        text = block.text if is_heading else clean_paragraph(block.text, language)
        is_item = items[block.form.list] > 1  # one paragraph behind a colon is no list
        kept = replace(block, text=text) if is_heading or is_item else Block("paragraph", text)
        told.append(kept if text else GAP)
    return mark_paragraphs(told, title=title, is_text=False)


@dataclass
class _Lines:
    """The line that waits for what a formula behind it makes of it, and the list that is open; 0 for none."""

    waiting: Block | None = None
    list: int = 0
    lists: int = 0
    items: int = 0

    def give(self) -> Iterator[Block]:
        """What waits."""
        if self.waiting is not None:
            yield self.waiting
        self.waiting = None

    def take(self, text: str) -> None:
        """Have a line wait."""
        if not self.list:
            self.waiting = Block("paragraph", text)
            return
        self.items += 1
        self.waiting = Block("item", text, form=Form(level=1, list=self.list, item=self.items))

    def end(self) -> None:
        """An empty line ends a list, and begins one behind a colon."""
        leads = self.waiting is not None and self.waiting.text.rstrip().endswith((":", "："))
        self.lists += leads
        self.list = self.lists if leads else 0


def _prose_blocks(extract: str) -> Iterator[Block]:
    """Headings and body lines; a formula between two lines has become a mark inside one."""
    lines = _Lines()
    skipped_level = 0
    in_formula = False
    for line in extract.split("\n"):
        if heading := _HEADING.match(line):
            yield from lines.give()
            lines.list, in_formula = 0, False
            level = len(heading[1])
            if skipped_level and level > skipped_level:
                continue
            skipped_level = level if heading[2].lower().rstrip(":") in _NOT_PROSE else 0
            if not skipped_level:
                yield Block("heading", heading[2], form=Form(rank=level))
        elif skipped_level:
            continue
        elif line.startswith("  ") or "{\\displaystyle" in line:
            # MathML's text comes as many indented lines, and the TeX source as the last of them.
            in_formula = in_formula or "{\\displaystyle" in line
            waiting = lines.waiting
            if in_formula and waiting is not None and not waiting.text.endswith(_FORMULA):
                lines.waiting = replace(waiting, text=waiting.text + _FORMULA)
        elif not line.strip():
            if not in_formula:
                lines.end()
        elif in_formula:
            before = lines.waiting or Block("paragraph", _FORMULA)
            lines.waiting, in_formula = replace(before, text=before.text + line), False
        else:
            yield from lines.give()
            lines.take(line)
    yield from lines.give()


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
