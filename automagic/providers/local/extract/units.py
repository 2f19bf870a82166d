"""What of a document can be said, one thing at a time: its sentences, with the heads they stand under.

    ## 3. No drainage holes               ┌ head      "3. No drainage holes."
    The basil drowned in nine days.  ──▶  ├ sentence  "The basil drowned in nine days."
                                          ├ forms     whole, then ever shorter
                                          └ roles     head 1.0, coverage 1.0

A list of what is needed is one thing, whatever its length, and so is each row of a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from automagic.language.kinds.roles import SentencePlace, roles_of
from automagic.language.names.writing import find_cut
from automagic.language.syntax.leaning import (
    answers,
    introduced,
    is_incomplete,
    says_yes_or_no,
    taken_for_known,
)
from automagic.language.syntax.references import means_thing_too, named, points_back, resolved
from automagic.language.syntax.shorten import Shortening, shortenings
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence
from automagic.language.text.grammar import tag_words
from automagic.language.text.lexicon import AUXILIARIES, bare
from automagic.language.text.sentences import primary_tag, split_sentences, split_words
from automagic.language.text.summary import centrality, similarity, vectors_of
from automagic.providers.local.extract.filter import (
    UsableSentence,
    is_fragment,
    split_paragraph,
    usable_sentences,
)
from automagic.providers.local.extract.heads import (
    DENIES,
    bare_head,
    head_of,
    is_explained_by,
    leads_on,
    names_as_head,
    says_head,
)
from automagic.providers.local.extract.leaning import leans_on_name, leans_on_previous, names_somebody
from automagic.providers.local.extract.lists import with_lists
from automagic.providers.local.extract.unit import Unit
from automagic.providers.local.extract.worth import worth_of
from automagic.values.document import Document, Mark

Trees = Mapping[str, ParsedSentence]
"""Of sentences, by their text."""

_MOST_SENTENCES = 600
_YEAR_HEAD = re.compile(r"(?:c(?:irca|a\.?)? ?)?(?:1[0-9]|20)\d\d(?:s|[–-]\d{2,4})?\.?")
_LINK = re.compile(
    r"(?:(?:and|but|so|then|also|yet|still|now|or|plus|besides|moreover|furthermore)\b,?|(?:yes|no),)\s+(?=\S)",
    re.IGNORECASE,
)
_OF_THESE = re.compile(
    r"\b(?:all|any|both|each|every one|most|none|one|some|two|three|four|five|six|seven) of these\b", re.I
)
_FEWEST_IN_LIST = 3
_NO_LINK_BEFORE = AUXILIARIES | frozenset({"far", "long", "many", "much", "that", "little", "few", "what"})


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
    numbered = len({mark.number for mark in marks if mark.head and mark.number}) >= _FEWEST_IN_LIST
    told = list(dict.fromkeys(s.paragraph for s in sentences))
    asked = document.title.rstrip().endswith("?")
    first_named = _first_named(sentences, document.title, trees)
    units = []
    for index, sentence in enumerate(sentences):
        tree = trees.get(sentence.text)
        mark, on_topic = marks[sentence.paragraph], similarity(vectors[index], title)
        leans = sentence.leans if tree is None else leans_on_previous(sentence.text, tree)
        says_yes = asked and tree is not None and not mark.headings and says_yes_or_no(tree)
        if (asked and sentence.paragraph == told[0] and sentence.is_first) or says_yes:
            leans = False  # "Can you paint it? ▸ Yes, you can."
        leans = leans and not (numbered and _OF_THESE.search(sentence.text))
        bound = sentence.position > 0 and leads_on(bare_head(mark))  # it holds under the condition that the head begins
        sentence = replace(sentence, leans=leans or bound)  # noqa: PLW2901
        place = SentencePlace(
            mark,
            told.index(sentence.paragraph),
            len(told),
            0 if sentence.is_first else sentence.position,
            len(sentences) - 1 - index,
            sentence.commands,
            on_topic,
        )
        head, needs_head = _head(mark, sentence, trees)
        units.append(
            Unit(
                sentence,
                head,
                mark,
                -1 - sentence.paragraph if mark.speaker else groups[sentence.paragraph],
                _shorter_forms(sentence.text, tree, kept),
                "" if bound else _alone(sentence, sentences[:index], trees),
                {**roles_of(sentence.text, place, primary_tag(language)), **({"lead": 1.0} if says_yes else {})},
                vectors[index],
                worth_of(sentence, tree, central[index], on_topic, primary_tag(language)),
                sentence.leans and tree is not None and leans_on_name(sentence.text, tree),
                tree is None or names_somebody(tree),
                needs_head,
                _takes(sentence, tree, first_named),
                tree is not None and means_thing_too(tree),
            )
        )
    return with_lists(_supported(units, document, language), document, marks, language)


def _first_named(sentences: Sequence[UsableSentence], title: str, trees: Trees) -> Mapping[str, tuple[int, int]]:
    """Where each thing that the title does not name is first spoken of: "a burger van"."""
    found: dict[str, tuple[int, int]] = {}
    for sentence in sentences:
        if (tree := trees.get(sentence.text)) is not None:
            for thing in introduced(tree):
                found.setdefault(thing, (sentence.paragraph, sentence.position))
    return {thing: place for thing, place in found.items() if thing not in title.lower()}


def _takes(
    sentence: UsableSentence, tree: ParsedSentence | None, first_named: Mapping[str, tuple[int, int]]
) -> frozenset[tuple[int, int]]:
    """Which sentences before it name first what it takes for known."""
    if tree is None:
        return frozenset()
    own = (sentence.paragraph, sentence.position)
    return frozenset(place for thing in taken_for_known(tree) if (place := first_named.get(thing, own)) < own)


def _head(mark: Mark, sentence: UsableSentence, trees: Trees) -> tuple[str, bool]:
    """What is said before a sentence, and whether it cannot be told without: who says it, or what "it" is."""
    if mark.kind == "quote" and mark.speaker:
        return f"{mark.speaker}:", True
    head = head_of(mark, sentence, is_whole=_is_whole(sentence, trees))
    tree = trees.get(sentence.text)
    if (sentence.asked and not sentence.asked.endswith("?")) or names_as_head(mark, sentence):
        return head, head != "" or says_head(mark, sentence)
    if not sentence.leans or (tree is not None and leans_on_name(sentence.text, tree)):
        return head, False
    return head, is_explained_by(mark, sentence, answers=tree is not None and answers(tree)) and (
        head != "" or says_head(mark, sentence)
    )


def _supported(units: Sequence[Unit], document: Document, language: str) -> list[Unit]:
    """Without those that lean on a sentence which cannot be told: "It" would mean what the one before them is about."""
    kept: list[Unit] = []
    whole = True
    for unit in units:
        one = unit if whole else replace(unit, sentence=replace(unit.sentence, joins=False))
        whole = not one.leans or one.alone != "" or (kept != [] and _goes_on_from(kept[-1], one, document, language))
        if whole:
            kept.append(one)
    return kept or list(units)  # of a text that begins so, better than nothing


def _goes_on_from(before: Unit, unit: Unit, document: Document, language: str) -> bool:
    """Whether nothing stands between two units, or nothing that a pronoun can mean: "That's all.", "Why?"."""
    one, other = before.sentence, unit.sentence
    if unit.starts_anew:
        return False
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
        if mark.kind in {"step", "item"} and not mark.head and mark.headings[-1:] and mark.headings[-1].endswith("?"):
            mark = replace(mark, head=mark.headings[-1], number=0, opens=False)  # noqa: PLW2901 - it answers that
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
    kept: list[UsableSentence] = []
    joins = True
    for one in usable_sentences(document, language)[:_MOST_SENTENCES]:
        if not _is_whole(one, trees) and not _tells_figure(one, marks[one.paragraph]):
            joins = False
        elif not _names_only(one, marks[one.paragraph]):
            kept.append(replace(one, joins=one.joins and joins, below=_below(one, kept, document, language)))
            joins = True
    return kept


def _below(sentence: UsableSentence, kept: Sequence[UsableSentence], document: Document, language: str) -> int:
    """How many sentences of its paragraph stand before it, where none of them is told, or means anything by a verb."""
    if primary_tag(language) != "en" or (kept and kept[-1].paragraph == sentence.paragraph):
        return 0
    head = (document.marks[sentence.paragraph] if document.marks else Mark()).head
    before = split_paragraph(document.paragraphs[sentence.paragraph], language)
    before = before[: sentence.position - bool(sentence.asked)]
    return len(before) if all(is_fragment(one) or one.rstrip(".:!") == head.rstrip(".:!") for one in before) else 0


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
    asked = before is None or before.text.endswith("?") or sentence.asked != ""
    return sentence.position > 0 and asked and bare(sentence.text.split()[0]) in {"then", "so"}


def _alone(sentence: UsableSentence, earlier: Sequence[UsableSentence], trees: Trees) -> str:
    """The sentence without what ties it to the one before; "" when that cannot be taken off.

    Args:
        earlier: All that stand before it.
    """
    if not sentence.leans:
        return sentence.text
    before = earlier[-1] if earlier and sentence.follows(earlier[-1]) else None
    rest = unlinked(sentence.text)
    if rest and _answers(sentence, before):
        return ""
    if rest and not leans_on_previous(rest, trees.get(rest)):
        return rest
    tree = trees.get(sentence.text)
    if tree is None or points_back(tree) or answers(tree) or is_incomplete(tree):
        return ""
    other = trees.get(before.text) if before else None
    with_noun = resolved(tree, other) if other is not None else None
    if not with_noun:
        with_noun = named(tree, [trees[one.text] for one in earlier if one.text in trees])
    return with_noun if with_noun and not leans_on_previous(with_noun) else ""
