"""Which kind of text a document is, by its structure and its words.

    7 numbered heads + "7 mistakes that ..." ──▶ list        Ingredients + numbered steps ──▶ how-to

Each sign is worth 0..1; a contract says how many points it gives for each. The kind with the most points is taken, an
explainer when there are next to none.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from automagic.language.kinds.contracts import KINDS, Kind, contracts, words_for
from automagic.language.text.grammar import tag_words
from automagic.language.text.sentences import primary_tag, split_sentences, split_words
from automagic.values.document import Document, Mark

_FEWEST_POINTS = 2.0
_FEWEST_STEPS, _STEPS_ENOUGH = 3, 0.25
"""A how-to has as many, and as many of its paragraphs."""
YEAR = re.compile(
    r"(?<![\d.,$€£-])(?:1[0-9]\d\d|20\d\d)(?![\d.,]*\d|\s?(?:%|(?:km|kg|m|g|ft|mm|cm|kW|W|V|mg|ml|l|kcal|lb|lbs|oz)\b))"
)
MONEY = re.compile(
    r"[$€£¥]\s?\d|\d\s?(?:m|mio\.?|mrd\.?|k|bn|thousand|million(?:en|es|s)?|milh(?:ão|ões)|mil(?:lones|ioni)?|"
    r"milliards?)?\s?"
    r"(?:de |d'|di )?(?:[$€£¥]|(?:dollars?|euros?|pounds?|pence|cents?|EUR|USD|GBP)\b)|\d+p\b",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\b\d{1,2}\.? (?:de )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mai|Mär|Okt|Dez|ene|abr|ago|dic|janv|fév|"
    r"avr|juin|juil|août|déc|fev|set|out|dez|gen|mag|giu|lug|ott)\w*|\b(?:January|February|March|April|May|June|July|"
    r"August|September|October|November|December) \d{1,2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:said|says|according to|told|added|sagt\w*|laut|según|dijo|dit|selon|disse|segundo|detto|secondo)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|I'm|I've|I'd|my|me|ich|mein\w*|yo|mi|je|mon|ma|eu|meu|io|mio)\b")
_PERSON = re.compile(r"\b(?:he|she|his|her|er|sie|él|ella|il|elle|ele|ela|lui|lei)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:was|were|had|did|said|went|came|took|got|gave|made|told|knew|stood|sat|ran|put|\w{2,}ed)\b")
_QUOTED = re.compile(r"[“”\"«»„]")


def recognise(document: Document, language: str = "en") -> Kind:
    """The kind of a document; "explainer" when nothing speaks for any."""
    signs = find_signs(document, language)
    points = {
        kind: sum(signs.get(name, 0.0) * worth for name, worth in contract.signs.items())
        for kind, contract in contracts().items()
    }
    best = max(KINDS, key=lambda kind: points[kind])
    return best if points[best] >= _FEWEST_POINTS else "explainer"


def find_signs(document: Document, language: str = "en") -> Mapping[str, float]:
    """Each sign of a document, 0..1."""
    view = _View(document, primary_tag(language))
    signs = {name: min(1.0, max(0.0, measure(view))) for name, measure in _MEASURES.items()}
    if document.kind:
        signs[document.kind] = 1.0
    return signs


@dataclass
class _View:
    """A document as the signs look at it."""

    document: Document
    language: str

    @cached_property
    def marks(self) -> Sequence[Mark]:
        return self.document.marks or tuple(Mark() for _ in self.document.paragraphs)

    @cached_property
    def sentences(self) -> Sequence[str]:
        return tuple(s for p in self.document.paragraphs for s in split_sentences(p, self.language))

    @cached_property
    def heads(self) -> Sequence[str]:
        """Of those paragraphs that have one."""
        return tuple(dict.fromkeys(mark.head for mark in self.marks if mark.head))

    def titled(self, role: str) -> float:
        pattern = words_for(role, self.language)
        return float(pattern is not None and bool(pattern.search(self.document.title)))

    def share(self, role: str, enough: float) -> float:
        """Of sentences with the words of a role: 1 from `enough` on."""
        pattern = words_for(role, self.language)
        if pattern is None or not self.sentences:
            return 0.0
        return sum(bool(pattern.search(s)) for s in self.sentences) / len(self.sentences) / enough

    def found(self, pattern: re.Pattern[str], enough: float) -> float:
        """Of sentences in which a pattern is found: 1 from `enough` on."""
        return sum(bool(pattern.search(s)) for s in self.sentences) / max(1, len(self.sentences)) / enough


def _heads(view: _View) -> float:
    numbered = {mark.number for mark in view.marks if mark.number and mark.head and mark.kind != "step"}
    covered = sum(1 for mark in view.marks if mark.head) / max(1, len(view.marks))
    return float(len(numbered) >= 3) or (0.7 * covered if len(view.heads) >= 3 else 0.0)


def _steps(view: _View) -> float:
    """Three or more; few of them in a long text, or in one that says why or answers, are its advice, not what it is."""
    count = sum(mark.kind == "step" for mark in view.marks)
    explains = view.titled("why_title") > view.titled("how_title") or _question_heads(view) > view.titled("how_title")
    return count / len(view.marks) / _STEPS_ENOUGH * (0.5 if explains else 1.0) if count >= _FEWEST_STEPS else 0.0


def _needs(view: _View) -> float:
    pattern = words_for("needs_heading", view.language)
    return float(pattern is not None and any(pattern.search(h) for mark in view.marks for h in mark.headings[-1:]))


def _years(view: _View) -> float:
    told = [int(found) for s in view.sentences for found in YEAR.findall(s)[:1]]
    headed = [int(found) for head in view.heads for found in YEAR.findall(head)[:1]]
    return float(any(len(set(years)) >= 4 and _rise(years) for years in (told, headed)))


def _rise(years: Sequence[int]) -> bool:
    rising = sum(one <= other for one, other in itertools.pairwise(years))
    return rising >= 0.7 * (len(years) - 1)


def _narrated(view: _View) -> float:
    people = view.found(_PERSON, 0.5) + view.found(_FIRST_PERSON, 0.5)
    past = view.found(_PAST, 0.6) if view.language == "en" else 1.0
    return min(1.0, people) * min(1.0, past) ** 2 * (1.0 if not view.heads else 0.4)


def _question_heads(view: _View) -> float:
    return float(sum(head.rstrip('"”').endswith("?") for head in view.heads) >= 3)


def _headline(view: _View) -> float:
    """Whether the title tells what somebody does, as those of news: "Residents buy the lido", "Market to leave".

    "My father played", "Stop the fines", "The lamp is here" and "Ways to sleep" are titles of other kinds.
    """
    pattern = words_for("headline", view.language)
    if pattern is not None and pattern.search(view.document.title):
        return 1.0
    words = split_words(view.document.title)
    if view.language != "en" or not words or words[-1].endswith("?"):
        return 0.0
    tags = tag_words(words)
    if tags[0].startswith(("VV", "AV", "DTQ", "PN", "DPS")):
        return 0.0
    verb = next((tag for tag in tags if tag.startswith(("V", "TO0", "PN", "CJ", "AVQ", "DTQ"))), "")
    is_plan = verb == "TO0" and not tags[0].startswith(("AT0", "CRD", "AJ"))
    return float(is_plan or verb.startswith(("VVZ", "VVB", "VM0")))


_MEASURES: Mapping[str, Callable[[_View], float]] = {
    "heads": _heads,
    "steps": _steps,
    "needs": _needs,
    "years": _years,
    "narrated": _narrated,
    "questions": _question_heads,
    "list_title": lambda view: view.titled("list_title") * (1.0 - view.titled("question_title")),
    "how_title": lambda view: view.titled("how_title"),
    "why_title": lambda view: view.titled("why_title"),
    "opinion_title": lambda view: view.titled("opinion_title"),
    "launch_title": lambda view: view.titled("launch_title"),
    "headline": _headline,
    "history_title": lambda view: view.titled("history_title"),
    "question_title": lambda view: max(view.titled("question_title"), view.document.title.rstrip().endswith("?")),
    "decisions": lambda view: view.share("decision", 0.2),
    "opinions": lambda view: view.share("opinion", 0.2),
    "definitions": lambda view: view.share("definition", 0.25),
    "orders": lambda view: view.share("order", 0.2),
    "releases": lambda view: view.share("release", 0.12),
    "prices": lambda view: view.found(MONEY, 0.12),
    "dates": lambda view: view.found(DATE, 0.15),
    "attributions": lambda view: view.found(_SAID, 0.15),
    "first_person": lambda view: view.found(_FIRST_PERSON, 0.3),
    "dialogue": lambda view: view.found(_QUOTED, 0.25),
}
