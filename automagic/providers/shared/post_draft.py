"""What a writer of posts is given, and what it gives: texts, each with what of the source it rests on.

    document, the author's posts, networks ─▶ PostBrief ─▶ a writer ─▶ PostCandidate, PostCandidate ...

A candidate is judged by others: no writer says of its own text that it is good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from automagic.language.posts.counting.length import Network, measure
from automagic.language.syntax.tree import ParsedSentence
from automagic.values.document import Document, Origin
from automagic.values.post import Post


@dataclass(frozen=True, slots=True)
class PostBrief:
    """What is to be written.

    Attributes:
        document: What it is drawn from.
        author: By the name that the person gave them.
        posts: All that the author published.
        networks: Where it will be published; at least one.
        count: How many drafts are wanted.
        thread: Whether a draft may be longer than a post, and is divided.
        language: BCP-47 primary tag of the document.
        take: 1, or which other variant a language model is asked for.
        link: The address of the document, where it has one; "" for none.
        trees: Of the document's sentences, by their text, as far as somebody has parsed them.
        names: Those of the person's list that stand in the document and must stay as they are written.
    """

    document: Document
    author: str
    posts: Sequence[Post]
    networks: tuple[Network, ...]
    count: int = 3
    thread: bool = False
    language: str = "en"
    take: int = 1
    link: str = ""
    trees: Mapping[str, ParsedSentence] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def fits(self, text: str) -> bool:
        """Whether every network takes it as one post."""
        return all(measure(text, network).ok for network in self.networks)


@dataclass(frozen=True, slots=True)
class PostCandidate:
    """A text that may become a draft.

    Attributes:
        text: As it would be published; of a thread, all of it.
        origins: The sentences of the document that it rests on.
        draft: Of which draft, from 0, it is one of the candidates.
        like: The id of the post whose shape it has; "" when it has its own.
        added: Tags, emoji and the link that it got besides its words.
    """

    text: str
    origins: tuple[Origin, ...]
    draft: int
    like: str = ""
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenPosts:
    """What a writer gave.

    Attributes:
        notices: What the person must be told about it.
    """

    candidates: tuple[PostCandidate, ...]
    notices: tuple[str, ...] = ()
