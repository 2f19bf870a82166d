"""Everything false that is said or shown of a text, found by tracing each statement back to its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.sentences import clean_text, split_sentences
from automagic.providers.local.extract.rows import row_text
from automagic.values.document import Document, Mark
from automagic.values.script import Card
from tests.support.texts import trees
from tests.support.texts.composed import ComposedText
from tests.support.texts.told import ToldText
from tests.support.texts.tracing import Falsehood, align, dangling_pronoun, false_parts, pieces, tokens_of

_PRONOUNS = frozenset({"he", "she", "it", "they", "his", "her", "its", "their", "him", "them"})
_PEOPLE = frozenset(
    [
        "aunt",
        "boy",
        "brother",
        "child",
        "clerk",
        "dad",
        "daughter",
        "doctor",
        "driver",
        "father",
        "friend",
        "girl",
        "husband",
        "lady",
        "man",
        "mother",
        "mum",
        "neighbor",
        "neighbour",
        "nurse",
        "owner",
        "priest",
        "sister",
        "son",
        "stranger",
        "teacher",
        "tuner",
        "uncle",
        "vicar",
        "widow",
        "wife",
        "woman",
    ]
)
_BOUNDS = frozenset({"until", "before", "after", "only", "except", "unless", "if", "not", "no", "without"})
"""What limits what stands in the first cells of a table's row."""
_RANGE = re.compile(r"(?<=\d)[–-](?=[$€£]?\d)")
_NUMBERED = re.compile(r"\(?\d{1,3}[.)]\s+(?=\S)")
_LISTED = re.compile(r"([^:]+): (.+)\.\Z")
_QUOTED = re.compile(r"[“\"]([^”\"]+)[”\"]")

Found = tuple[str, Falsehood]
"""Where a falsehood is said or shown, and what it is."""


@cache
def _tree(sentence: str) -> ParsedSentence:
    return trees.parse(sentence)[0]


def _bare(text: str) -> str:
    return " ".join(piece for piece, _, _ in pieces(text))


class _Source:
    """The sentences of a document in order, its title's last, and all that stands in it as one line."""

    def __init__(self, document: Document) -> None:
        marks = document.marks or (Mark(),) * len(document.paragraphs)
        # How a row is read out is held by tests/data/rows.tsv; nothing of what is read out may be lost or turned round.
        rows = [
            mark.kind == "row" and row_text(text, mark) for text, mark in zip(document.paragraphs, marks, strict=True)
        ]
        said = [row or text for row, text in zip(rows, document.paragraphs, strict=True)]
        paragraphs = [*said, document.title]
        self.sentences = [one for p in paragraphs for one in split_sentences(clean_text(p), "en") if pieces(one)]
        self.titled = len(self.sentences) - len([one for one in split_sentences(document.title, "en") if pieces(one)])
        heads = [head for mark in document.marks for head in (mark.head, *mark.headings) if head]
        self.heads = {_bare(head) for head in (*heads, document.title)}
        self.under = self._first_under_heads(said, marks)
        self.line = f" {_bare(' '.join([*paragraphs, *heads]))} "

    @staticmethod
    def _first_under_heads(paragraphs: Sequence[str], marks: Sequence[Mark]) -> frozenset[int]:
        """The sentences that stand first under the title or a head, or behind the head in its own paragraph."""
        found, at = {0}, 0
        for paragraph, mark in zip(paragraphs, marks, strict=True):
            own = [one for one in split_sentences(clean_text(paragraph), "en") if pieces(one)]
            if mark.opens and mark.head:
                found.add(at + (len(own) > 1 and _bare(own[0]) == _bare(mark.head)))
            at += len(own)
        return frozenset(found)

    def find(self, said: str, near: int) -> tuple[int, list[int]] | None:
        """The sentence of which `said` leaves least out, of several the next one, and where its words stand in it."""
        found = [
            (len(pieces(sentence)) - len(places), at < near, abs(at - near), at, places)
            for at, sentence in enumerate(self.sentences)
            if (places := align(said, sentence))
        ]
        return min(found)[3:] if found else None

    def find_named(self, said: str) -> int | None:
        """The sentence that is said with a noun of those before in place of a pronoun; None without one."""
        for at, sentence in enumerate(self.sentences[1:], 1):
            for index, word in enumerate(_tree(sentence).words):
                before, behind = _bare(sentence[: word.start]), _bare(sentence[word.end :])
                line = _bare(said)
                if (
                    _tree(sentence).low(index) not in _PRONOUNS
                    or not line.startswith(before)
                    or not line.endswith(behind)
                ):
                    continue
                noun = line[len(before) : len(line) - len(behind)].strip().removesuffix("'s").removesuffix("'")
                noun = noun.partition(" ")[2] if noun.startswith("the ") else noun
                if noun and f" {noun} " in f" {_bare(' '.join(self.sentences[:at]))} ":
                    return at
        return None

    def is_list(self, said: str) -> bool:
        """Whether a line is a heading with the items under it."""
        listed = _LISTED.match(said)
        parts = [listed[1], *re.split(r", (?:and )?| and ", listed[2])] if listed else []
        return bool(parts) and all(f" {_bare(part)} " in self.line for part in parts)


def falsehoods_of(told: ToldText) -> list[Found]:
    """Every false statement of a script, its cards, chapters and thumbnail."""
    found = [("script", one) for one in _in_script(told)]
    for _, heard, card in told.shots:
        found += [(f"card {card.layout}", one) for one in in_card(card, heard)]
    found += [("chapter", one) for sentence, title in told.chapters for one in _in_line(title, sentence)]
    found += [("thumbnail", one) for one in _in_line(told.thumbnail, told.script.title)]
    return found


def _in_script(told: ToldText) -> Iterator[Falsehood]:
    source = _Source(told.document)
    before, near, headed = -1, 0, False
    for said in (one for scene in told.script.scenes for one in split_sentences(scene.text, "en")):
        place = source.find(said, near) or source.find(_NUMBERED.sub("", said), near)
        is_head = _bare(_NUMBERED.sub("", said)) in source.heads
        headed = headed or is_head
        if is_head or not re.search(r"[^\W\d_]", said) or (place is None and source.is_list(said)):
            continue
        at = place[0] if place else source.find_named(said)
        if at is None:
            yield Falsehood("foreign", "", said, "")
            continue
        if at >= source.titled:
            continue
        sentence = source.sentences[at]
        if place and len(place[1]) < len(pieces(sentence)):
            yield from false_parts(said, _tree(sentence), tokens_of(_tree(sentence), place[1]))
        pronoun = dangling_pronoun(_tree(said))
        explained = headed and any(_follows(source.sentences, first - 1, at, pronoun) for first in source.under)
        if pronoun and not explained and not _follows(source.sentences, before, at, pronoun):
            yield Falsehood("pronoun", pronoun, said, source.sentences[at - 1])
        if before > at:
            yield Falsehood("order", "", said, source.sentences[before])
        yield from (
            Falsehood("quote", part, said, sentence)
            for part in _QUOTED.findall(said)
            if f" {_bare(part)} " not in source.line
        )
        before = near = at
        headed = False


def _follows(sentences: Sequence[str], before: int, at: int, pronoun: str) -> bool:
    """Whether no sentence with what a pronoun could mean stands between two that are said; one has a verb."""
    trees_between = [_tree(sentences[i]) for i in range(before + 1, at)]
    between = [
        word for tree in trees_between if any(tree.is_finite(i) for i in range(len(tree.words))) for word in tree.words
    ]
    if pronoun.lower() in {"he", "she"}:
        between = [word for word in between if word.part == "PROPN" or word.lemma in _PEOPLE]
    return -1 <= before < at and not any(word.part in {"NOUN", "PROPN"} for word in between)


def in_card(card: Card, heard: Sequence[str]) -> Iterator[Falsehood]:
    """What a card says that the sentences do not which are heard with it."""
    texts = texts_of(card)
    shown = " | ".join(texts)
    together = [*heard, " ".join(heard)] if len(heard) > 1 else heard  # a few short sentences share a card
    read = [(sum(_fit(text, one) is None for text in texts), one) for one in together]
    if not texts or not read:
        return
    sentence = min(read, key=lambda one: one[0])[1]
    places = [place for text in texts for place in _fit(text, sentence) or ()]
    yield from (
        Falsehood("foreign", text, shown, sentence)
        for text in texts
        if _fit(text, sentence) is None and not (text == card.kicker and text.isdigit())
    )
    if _is_row(sentence):
        first = {piece for piece, _, _ in pieces(sentence.partition(";")[0])}
        listed = sentence.count(",") > 1  # of many items those are shown that are heard
        lost = set() if listed else (first - {piece for piece, _, _ in pieces(shown)}) & _BOUNDS
        yield from (Falsehood("condition", word, shown, sentence) for word in sorted(lost))
    elif not _is_all(places, sentence):
        yield from false_parts(f"{shown} {card.speaker}", _tree(sentence), tokens_of(_tree(sentence), places))
    if card.layout == "quote" and f" {_bare(card.headline)} " not in f" {_bare(sentence)} ":
        yield Falsehood("quote", card.headline, shown, sentence)
    speaker = _speaker(_tree(sentence)) if card.layout == "quote" else ""
    if speaker and speaker not in card.speaker:
        yield Falsehood("quote", speaker, f"{shown} {card.speaker}", sentence)


def _speaker(sentence: ParsedSentence) -> str:
    """The name or noun that says what a sentence quotes, without what belongs to it; "" for a pronoun."""
    quoted = [match.span() for match in _QUOTED.finditer(sentence.text)]
    for index, word in enumerate(sentence.words):
        outside = not any(start <= word.start < end for start, end in quoted)
        says = sentence.words[word.head].lemma in {"say", "tell", "recall", "explain", "add", "warn", "write"}
        if outside and says and word.role == "nsubj" and word.part in {"NOUN", "PROPN"}:
            return sentence.at(index)
    return ""


def texts_of(card: Card) -> list[str]:
    """Every text of a card that is its sentence's; a title is none."""
    figures = [part for f in card.figures for part in (f"{f.prefix}{f.value} {f.unit}", f.label)]
    headline = "" if card.layout == "title" else card.headline
    return [t for t in (card.kicker, headline, *card.items, *card.sides, *figures, card.detail) if t.strip()]


def _fit(text: str, sentence: str) -> list[int] | None:
    """Where a text's words stand in a sentence; "20–22" may be "20 to 22" there."""
    forms = (text, *(_RANGE.sub(f" {word} ", text) for word in ("to", "or", "and")))
    return next((places for form in forms if (places := align(form, sentence)) is not None), None)


def _is_all(places: Sequence[int], sentence: str) -> bool:
    """Whether words in their order are all of a sentence, but the number that it bears in a list."""
    left = [piece for at, (piece, _, _) in enumerate(pieces(sentence)) if at not in places]
    return list(places) == sorted(places) and all(map(str.isdigit, left))


def _is_row(sentence: str) -> bool:
    """Whether a line is made of a list or of a table's row, and no sentence: "Who: First 500 orders; Price: £64."."""
    verb = any(word.part in {"VERB", "AUX"} for word in _tree(sentence).words)
    return bool(re.match(r"[^:]{1,60}: ", sentence)) and (";" in sentence or sentence.count(",") > 1 or not verb)


def _in_line(shown: str, sentence: str) -> Iterator[Falsehood]:
    """What a short form of a sentence says else; "shuts" for "to shut" is none."""
    places = _fit(shown, sentence)
    if places is None:
        places = _fit(re.sub(r"\b(\w+?)e?s\b", r"to \1", shown, count=1), re.sub(r"\bto (\w+?)e\b", r"to \1", sentence))
    if places is None:
        yield Falsehood("foreign", "", shown, sentence)
    elif len(places) < len(pieces(sentence)) and not _is_row(sentence):
        yield from false_parts(shown, _tree(sentence), tokens_of(_tree(sentence), places))


def broken_claims(text: ComposedText, told: ToldText) -> list[Found]:
    """What is said or shown of a composed text against what is known to make its sentences true."""
    said = [("script", one) for scene in told.script.scenes for one in split_sentences(scene.text, "en")]
    said += [(f"card {card.layout}", " ".join([*texts_of(card), card.speaker])) for _, _, card in told.shots]
    said += [("chapter", title) for _, title in told.chapters] + [("thumbnail", told.thumbnail)]
    said += [("description", one) for one in split_sentences(told.description, "en")]
    found = []
    for place, line in said:
        own = [(len(sentence), pairs) for sentence, pairs in text.needs.items() if align(line, sentence)]
        pairs = min(own)[1] if own and len(pieces(line)) > 1 else ()
        lost = [words for given, words in pairs if align(given, line) and not align(words, line)]
        found += [(place, Falsehood("claim", words, line, "")) for words in lost]
        forbidden = [words for words in text.never if f" {_bare(words)} " in f" {_bare(line)} "]
        found += [(place, Falsehood("moved", words, line, "")) for words in forbidden]
    return found
