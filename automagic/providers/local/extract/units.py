"""What of a document can be said, one thing at a time: its sentences, with the heads they stand under.

    ## 3. No drainage holes               ┌ head      "3. No drainage holes."
    The basil drowned in nine days.  ──▶  ├ sentence  "The basil drowned in nine days."
                                          ├ forms     whole, then ever shorter
                                          └ roles     head 1.0, coverage 1.0

A list of what is needed is one thing, whatever its length, and so is each row of a table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from automagic.language.kinds.contracts import words_for
from automagic.language.kinds.recognise import DATE, MONEY
from automagic.language.kinds.roles import SentencePlace, roles_of
from automagic.language.names.writing import find_cut
from automagic.language.speech.spoken import spoken_sentences
from automagic.language.syntax.references import resolved
from automagic.language.syntax.shorten import Shortening, shortenings
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence
from automagic.language.text.grammar import tag_words
from automagic.language.text.lexicon import AUXILIARIES, bare
from automagic.language.text.sentences import primary_tag, split_sentences, split_words
from automagic.language.text.signs import peel
from automagic.language.text.summary import Vector, centrality, similarity, vectors_of
from automagic.providers.local.extract.filter import (
    UsableSentence,
    leans_on_name,
    leans_on_previous,
    names_somebody,
    usable_sentences,
)
from automagic.providers.local.extract.heads import DENIES, bare_head, head_of, leads_on
from automagic.providers.local.extract.rows import row_text
from automagic.values.document import Document, Mark

Trees = Mapping[str, ParsedSentence]
"""Of sentences, by their text."""

_MOST_SENTENCES = 600
_MOST_NEEDED = 14
_YEAR_HEAD = re.compile(r"(?:c(?:irca|a\.?)? ?)?(?:1[0-9]|20)\d\d(?:s|[–-]\d{2,4})?\.?")
_LINK = re.compile(
    r"(?:and|but|so|then|also|yet|still|now|or|plus|besides|moreover|furthermore)\b,?\s+(?=\S)", re.IGNORECASE
)
_FIRST_PERSON = re.compile(r"\b(?:I|I'm|I've|my|me|[Ww]e|[Oo]ur|ich|mein\w*|je|mon|ma|yo|mi|io|mio|eu|meu)\b")
_QUOTED = re.compile(r"[\"“”«»„]")
_FIGURE = re.compile(r"(?<![\w.,])[$€£]?\d[\d.,:]*")
_NO_LINK_BEFORE = AUXILIARIES | frozenset({"far", "long", "many", "much", "that", "little", "few", "what"})
_AND = {"en": "and", "de": "und", "es": "y", "fr": "et", "it": "e", "pt": "e", "nl": "en"}
_ABOUT_THE_TEXT = re.compile(
    r"\b(?:let me|I would like to|here(?:'s| is) (?:how|what|why)|that is all|you know what|as I said|to be honest|"
    r"we all know|thanks? for|writes about|is a (?:freelance|writer|columnist|journalist|reporter)|commission)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that can be said.

    Attributes:
        sentence: As it stands in the document.
        head: What is said before it, when its part is told by it alone; "" for none.
        mark: Of its paragraph.
        group: Which part or item with a head of its own it belongs to, from 1; 0 for none.
        forms: The whole sentence, then ever shorter ones.
        alone: The sentence so that it needs no other before it; "" when it cannot stand alone.
        roles: Which parts of the promise it keeps, 0..1 each.
        vector: Its words' weights, for likeness.
        worth: How much it is worth telling, 0..1.
        leans_on_name: Whether it leans on no more than the name for its "he" or "she".
        names_somebody: Whether it may be the one that has this name.
    """

    sentence: UsableSentence
    head: str
    mark: Mark
    group: int
    forms: tuple[Shortening, ...]
    alone: str
    roles: Mapping[str, float]
    vector: Vector
    worth: float
    leans_on_name: bool = False
    names_somebody: bool = True

    def comes_after(self, other: Unit) -> bool:
        """Whether its sentence comes directly after another's in the document."""
        one, before = self.sentence, other.sentence
        return one.follows(before) or (one.joins and one.position == 0 and one.paragraph == before.paragraph + 1)


def leant_on(units: Sequence[Unit], index: int) -> int | None:
    """Which unit must be told for one that leans: the one before, or that which last named somebody; None for none.

    Between a name and "she" nobody else is named, so that what is told in between may be left out.
    """
    at = index
    while at > 0 and units[at].comes_after(units[at - 1]):
        at -= 1
        if units[at].names_somebody or not units[index].leans_on_name:
            return at
    return None


def sentences_to_parse(document: Document, language: str) -> list[str]:
    """The sentences whose trees `build_units` uses."""
    texts = [sentence.text for sentence in usable_sentences(document, language)[:_MOST_SENTENCES]]
    return texts + [rest for text in texts if (rest := unlinked(text))]


def build_units(document: Document, language: str, trees: Trees, kept: Sequence[str] = ()) -> list[Unit]:
    """Everything of the document that can be said, in its order; no shorter form loses one of the names `kept`."""
    marks = _marks(document)
    sentences = _sentences(document, language, marks, trees)
    vectors = vectors_of([s.text for s in sentences] + [document.title], language)
    title = vectors.pop()
    central = centrality(vectors)
    groups = _groups(marks)
    told = list(dict.fromkeys(s.paragraph for s in sentences))
    units = []
    for index, sentence in enumerate(sentences):
        tree = trees.get(sentence.text)
        if tree is not None:
            sentence = replace(sentence, leans=leans_on_previous(sentence.text, tree))  # noqa: PLW2901
        if sentence.position and leads_on(bare_head(marks[sentence.paragraph])):
            sentence = replace(sentence, leans=True)  # noqa: PLW2901 - it holds under the condition that the head begins
        mark, on_topic = marks[sentence.paragraph], similarity(vectors[index], title)
        place = SentencePlace(
            mark,
            told.index(sentence.paragraph),
            len(told),
            sentence.position,
            len(sentences) - 1 - index,
            sentence.commands,
            on_topic,
        )
        before = sentences[index - 1] if index and sentence.follows(sentences[index - 1]) else None
        units.append(
            Unit(
                sentence,
                head_of(mark, sentence, is_whole=_is_whole(sentence, trees)),
                mark,
                groups[sentence.paragraph],
                _shorter_forms(sentence.text, tree, kept),
                "" if sentence.position and leads_on(bare_head(mark)) else _alone(sentence, before, trees),
                roles_of(sentence.text, place, primary_tag(language)),
                vectors[index],
                _worth(sentence, tree, central[index], on_topic, primary_tag(language)),
                sentence.leans and tree is not None and leans_on_name(sentence.text, tree),
                tree is None or names_somebody(tree),
            )
        )
    return _with_lists(_supported(units, document, language), document, marks, language)


def _supported(units: Sequence[Unit], document: Document, language: str) -> list[Unit]:
    """Without those that lean on a sentence which cannot be told: "It" would mean what the one before them is about."""
    kept: list[Unit] = []
    for unit in units:
        if not unit.sentence.leans or unit.alone or (kept and _goes_on_from(kept[-1], unit, document, language)):
            kept.append(unit)
    return kept or list(units)  # of a text that begins so, better than nothing


def _goes_on_from(before: Unit, unit: Unit, document: Document, language: str) -> bool:
    """Whether nothing stands between two units, or nothing that a pronoun can mean: "That's all.", "Why?"."""
    one, other = before.sentence, unit.sentence
    if unit.comes_after(before) or one.paragraph != other.paragraph:
        return unit.comes_after(before)
    between = split_sentences(document.paragraphs[one.paragraph], language)[one.position + 1 : other.position]
    return not any(tag.startswith("N") for text in between for tag in tag_words(split_words(text)))


def _shorter_forms(text: str, tree: ParsedSentence | None, kept: Sequence[str]) -> tuple[Shortening, ...]:
    """The sentence itself, then ever shorter forms that have all its names."""
    forms = shortenings(tree) if tree else (Shortening(text),)
    return tuple(form for form in forms if not find_cut((form.text,), text, kept)) if kept else forms


def _marks(document: Document) -> tuple[Mark, ...]:
    """The paragraphs' marks; the year before an entry of a chronicle is its head: "1653. An engineer is hired"."""
    marks = document.marks or tuple(Mark() for _ in document.paragraphs)
    dated = []
    for mark, paragraph in zip(marks, document.paragraphs, strict=True):
        first = paragraph.partition(" ")[0]
        is_entry = not mark.head and _YEAR_HEAD.fullmatch(first) and first.endswith(".")
        runs_in = mark.head != "" and paragraph.startswith(mark.head)
        dated.append(
            replace(mark, head=first if is_entry else mark.head, opens=mark.opens or bool(is_entry) or runs_in)
        )
    return tuple(dated)


def _groups(marks: Sequence[Mark]) -> list[int]:
    """To which head each paragraph belongs: a new group begins where a head does."""
    groups: list[int] = []
    at, headings = 0, tuple[str, ...]()
    for mark in marks:
        if mark.head and mark.opens:
            at, headings = at + 1, mark.headings
        groups.append(at if mark.head or (at and mark.headings == headings) else 0)
    return groups


def _names_only(sentence: UsableSentence, mark: Mark) -> bool:
    """Whether a sentence is nothing but the name of its part; a step's name is the step."""
    return mark.kind != "step" and sentence.text.rstrip(".:;,–—- ").lower() == bare_head(mark).lower() != ""


def _sentences(document: Document, language: str, marks: Sequence[Mark], trees: Trees) -> list[UsableSentence]:
    """Those that can be told; what follows a fragment that cannot does not join what stands before it."""
    kept = []
    joins = True
    for one in usable_sentences(document, language)[:_MOST_SENTENCES]:
        if not _is_whole(one, trees) and not _tells_figure(one, marks[one.paragraph]):
            joins = False
        elif not _names_only(one, marks[one.paragraph]):
            kept.append(replace(one, joins=one.joins and joins))
            joins = True
    return kept


def _is_whole(sentence: UsableSentence, trees: Trees) -> bool:
    """Whether a verb makes it a sentence."""
    tree = trees.get(sentence.text)
    if tree is None or not sentence.has_verb:
        return sentence.has_verb or (tree is not None and tree.words[tree.root].part in {"VERB", "AUX"})
    return not (_only_described(tree) or _runs_on(tree))


def _runs_on(tree: ParsedSentence) -> bool:
    """Whether what a tree takes for the verb of a subject goes on with what is said beside it.

    "A man who took off his jacket ▸, folded it, and said": no comma parts a subject from its verb, unless another one
    opened before "who".
    """
    subject = tree.child(tree.root, *SUBJECTS)
    branch = tree.subtree(subject) if subject is not None else None
    relatives = [i for i in branch or () if tree.words[i].role == "relcl"]
    if branch is None or not relatives or any(tree.is_punctuation(i, ",–—-") for i in branch):
        return False
    return branch[-1] < tree.root and tree.is_punctuation(branch[-1] + 1, ",")


def _only_described(tree: ParsedSentence) -> bool:
    """Whether every verb stands in what is said beside a noun: "A man in a good suit who took off his jacket"."""
    if tree.words[tree.root].part not in {"NOUN", "PROPN"}:
        return False
    verbs = [i for i in range(len(tree.words)) if tree.is_finite(i)]
    beside = {"relcl", "acl"}
    return bool(verbs) and all(any(tree.words[j].role in beside for j in (i, *tree.ancestors(i))) for i in verbs)


def _tells_figure(sentence: UsableSentence, mark: Mark) -> bool:
    """Whether a fragment tells a figure, and is not turned round by a heading that is not said with it.

    "Up to 6 hours at full brightness." does; "Anything over 12 kg." under "What we don't take" is said with that.
    """
    denied = any(DENIES.search(heading) for heading in mark.headings[-1:] if heading != mark.head)
    return any(c.isdigit() for c in sentence.text) and not denied


def unlinked(text: str) -> str:
    """A sentence without the "And", "But" or "Then" that it begins with; "" when it begins otherwise.

    In "So are the eels" and "So far it works" the first word is no link.
    """
    link = _LINK.match(text)
    rest = text[link.end() :] if link else ""
    if link and bare(link[0]) in {"so", "now", "yet"} and bare(rest.split()[0]) in _NO_LINK_BEFORE:
        return ""
    if link and bare(link[0]) in {"then", "so", "now"} and _inverts(split_words(rest)):
        return ""
    return rest[:1].upper() + rest[1:]


def _inverts(words: Sequence[str]) -> bool:
    """Whether a verb of the past stands before its subject: "came the water wheel"."""
    return tag_words(tuple(words))[0].startswith(("VVD", "VVZ", "VBD", "VBZ"))


def _answers(sentence: UsableSentence, before: UsableSentence | None) -> bool:
    """ "Full or new? ▸ Then expect a spring tide.": what to do where the answer is yes."""
    asked = before is None or before.text.endswith("?")
    return sentence.position > 0 and asked and bare(sentence.text.split()[0]) in {"then", "so"}


def _alone(sentence: UsableSentence, before: UsableSentence | None, trees: Trees) -> str:
    """The sentence without what ties it to the one before; "" when that cannot be taken off."""
    if not sentence.leans:
        return sentence.text
    rest = unlinked(sentence.text)
    if rest and _answers(sentence, before):
        return ""
    if rest and not leans_on_previous(rest, trees.get(rest)):
        return rest
    one, other = trees.get(sentence.text), trees.get(before.text) if before else None
    named = resolved(one, other) if one is not None and other is not None else None
    return named if named and not leans_on_previous(named) else ""


def _worth(sentence: UsableSentence, tree: ParsedSentence | None, central: float, on_topic: float, tag: str) -> float:
    """How likely an editor would list what it says among the facts that the text exists for, 0..1.

    A logistic regression over the sentences of texts with such lists, its weights rounded.
    """
    text = sentence.text
    figures = len(_FIGURE.findall(text))
    spelled = tree is not None and any(word.part == "NUM" for word in tree.words)
    score = (
        -2.2
        + 0.06 * sentence.words
        + 0.5 * (figures > 0 or spelled)
        + (0.0, 0.2, 0.7)[min(2, figures)]
        + 0.6 * bool(DATE.search(text))
        + 0.4 * bool(MONEY.search(text))
        + 0.5 * _plays("extreme", text, tag)
        + 0.35 * (":" in text)
        + 0.6 * sentence.commands
        + 0.3 * (sentence.position == 0)
        + 0.5 * central
        + 0.3 * on_topic
        - 0.8 * bool(_QUOTED.search(text))
        - 0.6 * bool(_FIRST_PERSON.search(text))
        - 0.4 * _plays("pointing", text, tag)
        - 1.5 * text.endswith("?")
        - 1.5 * bool(_ABOUT_THE_TEXT.search(text))
    )
    return 1.0 / (1.0 + math.exp(-score))


def _plays(role: str, text: str, tag: str) -> bool:
    pattern = words_for(role, tag)
    return pattern is not None and bool(pattern.search(text))


# ------------------------------------------------------------------------------------------- lists and tables


def _with_lists(units: list[Unit], document: Document, marks: Sequence[Mark], language: str) -> list[Unit]:
    """The units with each list of what is needed, and each row of a table, as one of them."""
    tag = primary_tag(language)
    listed: dict[str, list[int]] = {}
    rows: list[int] = []
    for index, mark in enumerate(marks):
        if "needed" in roles_of("", _place(mark), tag):
            listed.setdefault(mark.headings[-1], []).append(index)
        elif mark.kind == "row":
            rows.append(index)
    kept = [unit for unit in units if "needed" not in unit.roles]
    add = partial(_insert, kept, marks=marks, language=language)
    for heading, paragraphs in listed.items():
        items = [_item(document.paragraphs[index], language) for index in paragraphs[:_MOST_NEEDED]]
        add(f"{heading.rstrip(': ')}: {_enumerated(items, tag)}.", paragraphs[0], needed=True)
    written = {word for unit in units for word in (peel(word)[1] for word in unit.sentence.text.split())}
    for index in rows:
        if text := row_text(document.paragraphs[index], marks[index], written.__contains__):
            add(text, index, needed=False)
    return kept


def _item(paragraph: str, language: str) -> str:
    """What is needed, without the sentences that a list's item goes on with: "newspaper. More than you think."."""
    return split_sentences(paragraph.strip(), language)[0].rstrip(".;,")


def _enumerated(items: Sequence[str], tag: str) -> str:
    """The items as one list; where one has a comma of its own, another stands before the last."""
    if not items[1:]:
        return items[0]
    comma = "," if any("," in item for item in items[-2:]) else ""
    return f"{', '.join(items[:-1])}{comma} {_AND.get(tag, '–')} {items[-1]}"


def _place(mark: Mark) -> SentencePlace:
    return SentencePlace(mark, 1, 9, 1, 9, commands=False, on_topic=0.0)


def _insert(
    units: list[Unit], text: str, paragraph: int, marks: Sequence[Mark], language: str, *, needed: bool
) -> None:
    """Put a line that is made of a list or row among the units, where it stands in the document."""
    spoken = sum(len(token.spoken) for s in spoken_sentences(text, language=language) for token in s.tokens)
    sentence = UsableSentence(text, text, paragraph, 0, len(split_words(text)), spoken, leans=False)
    mark = marks[paragraph]
    roles = {"needed": 1.0} if needed else roles_of(text, _place(mark), primary_tag(language))
    told = {role: strength for role, strength in roles.items() if role not in {"head", "detail", "step", "coverage"}}
    vector = {} if needed else vectors_of([text], language)[0]
    worth = _worth(sentence, None, 0.0, 0.0, primary_tag(language))
    unit = Unit(sentence, "", mark, 0, (Shortening(text),), text, told, vector, worth)
    at = next((i for i, other in enumerate(units) if other.sentence.paragraph >= paragraph), len(units))
    units.insert(at, unit)
