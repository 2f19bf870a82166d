"""The card that is shown: the liveliest one that is true.

a livelier layout of a form of the sentence ──▶ that form as a statement ──▶ the words as they are heard
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Literal

from automagic.language.cards import layouts
from automagic.language.cards.accent import with_accent
from automagic.language.cards.branches import is_doubtful, tops_of
from automagic.language.cards.cutting import Statement, is_clause, statements, text_of
from automagic.language.cards.figures import find_figures
from automagic.language.cards.plain import phrase_of, plain_forms
from automagic.language.cards.shown import locate, shown_texts
from automagic.language.cards.truth import faults_of
from automagic.language.names.writing import find_cut, tears, texts_of
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence
from automagic.language.text.keywords import content_words
from automagic.language.text.sentences import primary_tag, split_sentences
from automagic.values.script import Card, CardLayout

Role = Literal["opening", "body", "closing"]
_MOST_FORMS, _SET_FORMS = 8, 2
"""Forms of a sentence that are judged, and those of them that other layouts are made of."""
_LONGEST_SHOWN, _LONGEST_CARD = 16, 20
"""Words of a statement that is shown rather than the bare name of what it is about; words of any card."""
_MOST_NAME_WORDS = 9
_MOST_TITLE_WORDS, _MOST_BELOW_TITLE = 12, 12
_LONGEST_READ = 4000
"""Characters; what is longer is no sentence."""

_BETWEEN = re.compile(r"[,;:](?=\s)(?:\s+(?:and|but|so)\b)?|\s[–—](?=\s)")
_PLACE = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")


def split_place(text: str) -> tuple[str, str]:
    """The number that a text bears in a list, and the text without it: "3. Keep it dark." is ("3", "Keep it dark.")."""
    found = _PLACE.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def true_card(
    text: str,
    *,
    role: Role,
    title: str,
    language: str,
    sentences: Sequence[ParsedSentence] = (),
    kept: Sequence[str] = (),
) -> Card:
    """The first card for a shot that `faults_of` finds nothing wrong with.

    Args:
        text: What is heard meanwhile: one sentence, a few short ones, or a part of a long one.
        role: Of the shot; the "opening" shows the title.
        title: The script's title.
        language: BCP-47.
        sentences: The trees of the sentences that `text` is of; none without a parser.
        kept: A person's names, which no card may leave out or cut.

    Returns:
        A card with words of the text (the opening: of the title) only, in their order; without an icon.
    """
    text = text[:_LONGEST_READ]
    trees = sentences if primary_tag(language) == "en" else ()
    point, sentence = strongest(text, language, trees)
    if sentence is None:  # a part of a sentence whose tree is likely wrong may be half a phrase
        point = next((one.text for one in trees if " ".join(point.split()) in one.text), point)
    layout: CardLayout = "closing" if role == "closing" else "statement"
    cards = _of_tree(sentence, point, layout) if sentence is not None else _of_marks(point, language, layout)
    shown = _openings(cards, title, language) if role == "opening" else cards
    if sentence is not None:  # nothing of the part that is heard may be able to stand alone
        shown = chain(shown, _of_whole(sentence, point, layout), _of_parts(sentence, point, layout))
    told = sentence.text if sentence is not None else point
    named = (card for card in shown if not (kept and _cuts(card, point, title, kept)))
    true = (card for card in named if not faults_of(card, sentence, told, language))
    good = (card for card in true if card.layout == "title" or _length(card) <= _LONGEST_CARD)
    chosen = next(good, None)
    if chosen is not None and sentence is not None and _names_only(chosen, sentence):
        chosen = next((card for card in good if len(card.headline.split()) <= _LONGEST_SHOWN), chosen)
    if chosen is None and role == "opening" and title:
        chosen = Card("title", title)
    if chosen is None:
        last = _last(sentence, point, layout, language)
        chosen = next((card for card in last if not _cuts(card, point, title, kept)), Card(layout, phrase_of(point)))
    return with_accent(chosen, language)


def _last(sentence: ParsedSentence | None, point: str, layout: CardLayout, language: str) -> Iterator[Card]:
    """Where no form is true: the whole sentence, what it is about, at last the sentence however long it is."""
    text = sentence.text if sentence is not None else (split_sentences(point, language) or (point,))[0]
    whole = Card(layout, phrase_of(text))
    if sentence is not None and _length(whole) > _LONGEST_CARD:
        yield from _subject(sentence, layout)
    yield whole


def strongest(text: str, language: str, trees: Sequence[ParsedSentence]) -> tuple[str, ParsedSentence | None]:
    """The sentence with a strong figure, else the longest, and its tree."""

    def strength(sentence: str) -> tuple[int, bool, int]:
        tree = _tree_of(sentence, trees)
        hits = layouts.telling_figures(tree) if tree is not None else []
        return hits[0].strength if hits else 0, tree is not None and tree.is_finite(tree.root), len(sentence)

    parts = split_sentences(text, language) or (text,)
    point = max(parts, key=strength) if len(parts) > 1 else parts[0]
    return point, _tree_of(point, trees)


def _tree_of(point: str, trees: Sequence[ParsedSentence]) -> ParsedSentence | None:
    """The tree of the sentence that `point` is, or is a part of."""
    flat = " ".join(point.split())
    return next((one for one in trees if flat in one.text and not is_doubtful(one)), None)


def _openings(cards: Iterator[Card], title: str, language: str) -> Iterator[Card]:
    """The title, with what is said meanwhile below it, where that is short and says something else."""
    name = " ".join(title.split())
    if len(name.split()) > _MOST_TITLE_WORDS:
        first, _, second = name.partition(": ")
        below = second if len(name.split()) <= _LONGEST_CARD else ""
        yield from [Card("title", first, detail=below)] if second and len(first.split()) > 1 else ()
        name = next(plain_forms(name, language))
    said = set(content_words(name))
    for card in islice(cards, _MOST_FORMS) if name else ():
        fresh = not said & set(content_words(card.headline)) and "?" not in name
        length = len(card.headline.split())
        if card.layout == "statement" and fresh and length <= min(_MOST_BELOW_TITLE, _LONGEST_CARD - len(name.split())):
            yield Card("title", name, detail=card.headline)
    yield Card("title", name) if name else Card("title", next(cards).headline)


def _of_marks(point: str, language: str, layout: CardLayout) -> Iterator[Card]:
    for form in plain_forms(point, language):
        yield Card(layout, form)


def _of_tree(sentence: ParsedSentence, point: str, layout: CardLayout) -> Iterator[Card]:
    heard = _heard(sentence, point)
    forms = list(islice(statements(sentence, heard), _MOST_FORMS))
    if layout == "statement":
        said = layouts.quote(sentence, point)
        yield from [said] if said is not None else ()
        yield from _set_otherwise(sentence, forms[:_SET_FORMS])
    yield from _stated(forms, layout)
    yield Card(layout, phrase_of(point))


def _of_whole(sentence: ParsedSentence, point: str, layout: CardLayout) -> Iterator[Card]:
    """The sentence's forms, those first that say something of the part that is heard."""
    heard = frozenset(_heard(sentence, point))
    forms = islice(statements(sentence, range(len(sentence.words))), _MOST_FORMS)
    yield from _stated(sorted(forms, key=lambda form: not (form.kept | form.below) & heard), layout)


def _of_parts(sentence: ParsedSentence, point: str, layout: CardLayout) -> Iterator[Card]:
    """What is left of a sentence of which no form is short enough: a clause between its marks, else its subject."""
    for text in (point, sentence.text):
        parts = map(phrase_of, _BETWEEN.split(text))
        for form in chain(plain_forms(text, "en"), parts):
            if len(form.split()) <= _LONGEST_SHOWN and _is_clause(form, sentence):
                yield Card(layout, form)
    yield from _subject(sentence, layout)


def _is_clause(form: str, sentence: ParsedSentence) -> bool:
    """Whether a part of a sentence has a verb with its subject."""
    kept = locate(form, sentence) or frozenset()
    return any(is_clause(sentence, top, kept) for top in tops_of(sentence, kept, whole=True))


def _subject(sentence: ParsedSentence, layout: CardLayout) -> Iterator[Card]:
    """What a sentence is about, where that is a phrase that names it and says nothing of it."""
    subjects = [i for i in sentence.children(sentence.root) if sentence.words[i].role in SUBJECTS]
    index = max(subjects, default=None)  # before a second one stands what is no part of the sentence: "LEEDS, 3 May –"
    branch = (sentence.subtree(index) or (index,)) if index is not None else ()
    ends = next((at for at, i in enumerate(branch) if sentence.is_punctuation(i) and at), len(branch))
    name = branch[:ends] if index in branch[:ends] else ()  # "Anna Reed ▸, who voted against"
    points = any(sentence.words[i].part == "PRON" and sentence.words[i].tag != "PRP$" for i in name)
    if 1 < len(name) <= _MOST_NAME_WORDS and not points and not any(map(sentence.is_finite, name)):
        yield Card(layout, text_of(sentence, frozenset(name)))


def _length(card: Card) -> int:
    """How many words are read on a card."""
    return sum(len(text.split()) for text in shown_texts(card))


def _set_otherwise(sentence: ParsedSentence, forms: Sequence[Statement]) -> Iterator[Card]:
    """Every form in the layouts that fit it."""
    figures = layouts.telling_figures(sentence)
    for form in forms[:1]:
        made = (
            layouts.enumeration(sentence, form),
            layouts.change(sentence, form, find_figures(sentence)),
            layouts.comparison(sentence, form),
        )
        yield from (card for card in made if card is not None)
    numbers = (layouts.number(sentence, form, hit) for hit in figures for form in forms)
    yield from (card for card in numbers if card is not None)


def _stated(forms: Sequence[Statement], layout: CardLayout) -> Iterator[Card]:
    for form in forms:
        yield Card(layout, form.text, detail=form.detail)
        if form.detail and not form.needs_detail:
            yield Card(layout, form.text)


def _cuts(card: Card, point: str, title: str, kept: Sequence[str]) -> bool:
    """Whether a card leaves out or cuts a name of what it is made from: the opening's is the title."""
    if card.layout == "title":
        return bool(find_cut((card.headline,), title or point, kept)) or tears((card.detail,), point, kept)
    return bool(find_cut(texts_of(card), point, kept))


def _names_only(card: Card, sentence: ParsedSentence) -> bool:
    """Whether a statement names what its sentence is about, and leaves out what the sentence says of it."""
    shown = locate(card.headline, sentence)
    if card.layout not in {"statement", "closing"} or not shown or not sentence.is_finite(sentence.root):
        return False
    return not any(sentence.is_finite(index) or sentence.words[index].tag == "VB" for index in shown)


def _heard(sentence: ParsedSentence, point: str) -> range:
    """The words of the sentence that are in `point`."""
    flat = " ".join(point.split())
    start = sentence.text.find(flat)
    inside = [i for i, word in enumerate(sentence.words) if start <= word.start < start + len(flat)]
    return range(inside[0], inside[-1] + 1) if start >= 0 and inside else range(len(sentence.words))
