"""The word that a sentence explains, and what is then said of it.

    "An ice cube is the gentle form of a strong tool."  ─▶  ice cube  ·  "The gentle form of a strong tool."
    "A rainbow needs the sun behind you."               ─▶  rainbow   ·  "It needs the sun behind you."
    "Twice a day the sea rises and falls."              ─▶  sea       ·  "Twice a day the sea rises and falls."

Names and people are explained by no entry, nor is what is counted ("four warships"), what was or would be, and what the
text names in passing.
"""

from __future__ import annotations

import re

from automagic.language.syntax.references import is_person
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.grammar import tag_words
from automagic.values.document import Document

_ARTICLES = frozenset({"a", "an", "the"})
_PARTS = frozenset({"compound", "amod"})
_MOST_WORDS = 3
_FIRST_WORDS = 3
"""A head right before its own sentence, whose first words it is, would be said twice."""

_OF_PEOPLE = frozenset({"he", "him", "his", "she", "her", "hers"})
_UNREAL = frozenset({"would", "could"})
_FEWEST_TIMES = 2
_DEFINED_TIMES = 1


def head_and_rest(tree: ParsedSentence) -> tuple[str, str] | None:
    """The word that a sentence explains, in the singular, and what is said of it; None where it explains none."""
    root = tree.root
    subject = tree.child(root, "nsubj", "nsubjpass")
    branch = tree.subtree(subject) if subject is not None else None
    if subject is None or branch is None or not _is_explained(tree, subject):
        return None
    head = _name_of(tree, subject)
    others = [i for i in tree.children(subject) if tree.words[i].role not in _PARTS]
    if head is None or any(tree.low(i) not in _ARTICLES for i in others):
        return None  # "a cube in a glass" is not every cube
    said = (_what_it_is(tree, root, branch) if branch.start == 0 else "") or _what_it_does(tree, root, subject, branch)
    return (head, said) if said else None


def explains(document: Document, head: str, said: str) -> bool:
    """Whether a text is about what an entry explains: it speaks of it again, or says what it is.

    Args:
        head, said: Of `head_and_rest`.
    """
    least = _FEWEST_TIMES if said.startswith("It ") or head in said.lower() else _DEFINED_TIMES
    text = "\n".join((document.title, *document.paragraphs)).lower()
    return len(re.findall(rf"\b{re.escape(head)}(?:s|es)?\b", text)) >= least


def _end(tree: ParsedSentence, branch: range) -> int:
    return tree.words[branch.stop - 1].end


def _is_explained(tree: ParsedSentence, noun: int) -> bool:
    """Whether a subject may be a head: a thing or a sort of things, of which there is not one certain."""
    if tree.words[noun].part != "NOUN" or is_person(tree, noun) or _is_name(tree.low(noun)):
        return False
    beside = tree.children(noun)
    if any(tree.words[i].role in {"nummod", "quantmod", "poss", "appos", "conj"} for i in beside):
        return False
    # "The most common mistake" is no name of mistakes.
    return not any(tree.words[i].tag in {"JJR", "JJS"} or tree.child(i, "advmod") is not None for i in beside)


def _is_name(low: str) -> bool:
    """Whether a word is a name wherever it stands: "Finland", which a tree may have for a noun."""
    return tag_words(("the", low, "said"))[1] == "NP0"


def _name_of(tree: ParsedSentence, noun: int) -> str | None:
    """ "ice cube" of "an ice cube in a glass"; the singular of a plural."""
    first = noun
    while first > 0 and tree.words[first - 1].head == noun and tree.words[first - 1].role in _PARTS:
        first -= 1
    if noun - first >= _MOST_WORDS:
        return None
    last = tree.words[noun]
    parts = [*(tree.at(i) for i in range(first, noun)), last.lemma if last.tag == "NNS" else tree.low(noun)]
    return " ".join(parts) if all(part.replace("-", "").isalpha() for part in parts) else None


def _what_it_does(tree: ParsedSentence, root: int, noun: int, subject: range) -> str:
    """What is said of the subject as it is, with "it" in its place unless something stands before; "" where it was so.

    Args:
        noun: The subject without what belongs to it.
    """
    verbs = (root, *tree.children(root))
    if any(tree.words[i].tag == "VBD" or tree.low(i) in _UNREAL for i in verbs):
        return ""
    if subject.start >= _FIRST_WORDS:
        return tree.text
    # "A worker bee makes a spoonful in her life" is not about an "it".
    is_it = tree.words[noun].tag == "NN" and _OF_PEOPLE.isdisjoint(map(tree.low, range(len(tree.words))))
    is_first = subject.start == 0 and subject.stop in verbs
    return f"It{tree.text[_end(tree, subject) :]}" if is_it and is_first else ""


def _what_it_is(tree: ParsedSentence, root: int, subject: range) -> str:
    """What the subject is said to be, as a sentence, where the sentence says nothing before it; "" where it does."""
    attribute = tree.child(root, "attr")
    if tree.low(root) not in {"is", "are"} or attribute is None or subject.stop != root:
        return ""
    if tree.words[attribute].part != "NOUN":  # "the least that stays hot"
        return ""
    begin = tree.subtree(attribute)
    if begin is None or begin.start != root + 1 or tree.low(begin.start) not in _ARTICLES:
        return ""
    rest = tree.text[tree.words[begin.start].start :]
    return rest[:1].upper() + rest[1:]
