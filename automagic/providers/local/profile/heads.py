"""The word that a sentence explains, and what is then said of it.

    "An ice cube is the gentle form of a strong tool."  ─▶  ice cube  ·  "The gentle form of a strong tool."
    "A rainbow needs the sun behind you."               ─▶  rainbow   ·  "It needs the sun behind you."
    "Twice a day the sea rises and falls."              ─▶  sea       ·  "Twice a day the sea rises and falls."

Names and people are explained by no entry, nor is what is counted ("four warships").
"""

from __future__ import annotations

from automagic.language.syntax.references import is_person
from automagic.language.syntax.tree import ParsedSentence

_ARTICLES = frozenset({"a", "an", "the"})
_PARTS = frozenset({"compound", "amod"})
_MOST_WORDS = 3
_FIRST_WORDS = 3
"""A head right before its own sentence, whose first words it is, would be said twice."""


def head_and_rest(tree: ParsedSentence) -> tuple[str, str] | None:
    """The word that a sentence explains, in the singular, and what is said of it; None where it explains none."""
    root = tree.root
    subject = tree.child(root, "nsubj", "nsubjpass")
    branch = tree.subtree(subject) if subject is not None else None
    if subject is None or branch is None or not _is_explained(tree, subject):
        return None
    head = _name_of(tree, subject)
    if head is None or branch.start >= _FIRST_WORDS:
        return None if head is None else (head, tree.text)
    others = [i for i in tree.children(subject) if tree.words[i].role not in _PARTS]
    if branch.start or any(tree.low(i) not in _ARTICLES for i in others):
        return None  # "a cube in a glass" is not every cube
    if said := _what_it_is(tree, root, branch):
        return head, said
    is_past = any(tree.words[i].tag == "VBD" for i in (root, *tree.children(root)))
    return None if is_past or tree.words[subject].tag != "NN" else (head, f"It{tree.text[_end(tree, branch) :]}")


def _end(tree: ParsedSentence, branch: range) -> int:
    return tree.words[branch.stop - 1].end


def _is_explained(tree: ParsedSentence, noun: int) -> bool:
    """Whether a subject may be a head: a thing or a sort of things, of which there is not one certain."""
    if tree.words[noun].part != "NOUN" or is_person(tree, noun):
        return False
    beside = tree.children(noun)
    if any(tree.words[i].role in {"nummod", "quantmod", "poss", "appos", "conj"} for i in beside):
        return False
    # "The most common mistake" is no name of mistakes.
    return not any(tree.words[i].tag in {"JJR", "JJS"} or tree.child(i, "advmod") is not None for i in beside)


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


def _what_it_is(tree: ParsedSentence, root: int, subject: range) -> str:
    """What the subject is said to be, as a sentence, where the sentence says nothing before it; "" where it does."""
    attribute = tree.child(root, "attr")
    if tree.low(root) not in {"is", "are"} or attribute is None or subject.stop != root:
        return ""
    begin = tree.subtree(attribute)
    if begin is None or begin.start != root + 1 or tree.low(begin.start) not in _ARTICLES:
        return ""
    rest = tree.text[tree.words[begin.start].start :]
    return rest[:1].upper() + rest[1:]
