"""A sentence as a parser sees it: which word hangs on which, and by what role.

    The council, which met on Tuesday, voted 14 to 9.
        ╰─nsubj───────────────────────▶ voted
        ╰─▶ met (relcl) ◀─ which (nsubj)

Roles are those of ClearNLP (https://github.com/clir/clearnlp-guidelines), parts those of Universal Dependencies, tags
those of the Penn Treebank: what the English models of spaCy give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
_FINITE_TAGS = frozenset({"VBD", "VBP", "VBZ", "MD"})


@dataclass(frozen=True, slots=True)
class ParsedWord:
    """A word or a punctuation mark of a sentence.

    Attributes:
        start, end: Its characters in the sentence's text.
        lemma: Its dictionary form, lower case.
        part: Its part of speech: "NOUN", "VERB", "PUNCT", ...
        tag: Its finer part of speech: "NNS", "VBD", ...
        role: What it is to its head: "nsubj", "relcl", ...; "ROOT" for the root.
        head: Index of the word that it hangs on; its own for the root.
    """

    start: int
    end: int
    lemma: str
    part: str
    tag: str
    role: str
    head: int


@dataclass(frozen=True, slots=True)
class ParsedSentence:
    """One sentence with its tree. The words are in the order of the text; `text` is as it was given."""

    text: str
    words: tuple[ParsedWord, ...]

    def at(self, index: int) -> str:
        """The text of a word."""
        word = self.words[index]
        return self.text[word.start : word.end]

    def low(self, index: int) -> str:
        """The text of a word, lower case, with a plain apostrophe."""
        return self.at(index).lower().replace("’", "'")

    @property
    def root(self) -> int:
        """Index of the word on which all others hang: the verb of the main clause, where there is one."""
        return next((i for i, word in enumerate(self.words) if word.head == i), 0)

    def children(self, index: int) -> tuple[int, ...]:
        """The words that hang on this one, in order."""
        return tuple(i for i, word in enumerate(self.words) if word.head == index and i != index)

    def child(self, index: int, *roles: str) -> int | None:
        """The first word that hangs on this one by one of `roles`."""
        return next((i for i in self.children(index) if self.words[i].role in roles), None)

    def ancestors(self, index: int) -> Iterator[int]:
        """The word's head, that one's head, and so on up to the root."""
        for _ in self.words:  # a damaged tree has a circle
            head = self.words[index].head
            if head == index:
                return
            yield head
            index = head

    def subtree(self, index: int) -> range | None:
        """The words that hang on this one, with itself; None when other words stand between them."""
        inside = [i for i in range(len(self.words)) if i == index or index in self.ancestors(i)]
        whole = range(inside[0], inside[-1] + 1)
        return whole if len(inside) == len(whole) else None

    def is_punctuation(self, index: int, marks: str = "") -> bool:
        """Whether a word is a punctuation mark, one of `marks` when they are given; False outside the sentence."""
        if not 0 <= index < len(self.words) or self.words[index].part != "PUNCT":
            return False
        if any(character.isalnum() for character in self.at(index)):  # "-$5"
            return False
        return not marks or self.at(index) in marks

    def is_finite(self, index: int) -> bool:
        """Whether a verb says when: "voted", "will close", not "closing" and "to close"."""
        own = self.words[index]
        helpers = (self.words[i] for i in self.children(index) if self.words[i].role in {"aux", "auxpass"})
        says = own.tag == "VB" and own.role in {"ROOT", "conj"} and self.child(index, *SUBJECTS) is not None
        return own.tag in _FINITE_TAGS or says or any(helper.tag in _FINITE_TAGS for helper in helpers)
