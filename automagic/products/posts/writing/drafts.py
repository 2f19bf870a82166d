"""What is asked of a writer of posts, and what its drafts come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from automagic.language.posts.counting.length import Network
from automagic.providers.shared.post_draft import WrittenPosts
from automagic.values.document import Origin


@dataclass(frozen=True, slots=True)
class PostTask:
    """What is asked of whoever writes.

    Attributes:
        author: By the name that the person gave them, so that what was written can be forgotten with them.
        corpus: The hash of their posts: they are read from the database, where they are kept anyway.
        link: The address of the document; "" for none.
        names: Those of the person's list that stand in the document.
    """

    author: str
    corpus: str
    networks: tuple[Network, ...]
    count: int
    thread: bool
    link: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidatePosts:
    """What a writer gave, and for whom.

    Attributes:
        author: As in `PostTask`.
    """

    author: str
    written: WrittenPosts


@dataclass(frozen=True, slots=True)
class RefusedPost:
    """A candidate that did not become a draft, and why."""

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgedDraft:
    """A draft, and all that is to be said of it.

    Attributes:
        text: Of a thread, all of it.
        origins: The sentences that it rests on.
        like: The id of the post whose shape it has; "" for none.
        verdict: `language.posts.verdict.to_document` of it.
        parts: Network → its posts, where it is a thread.
        reasons: Why it is not good enough; none when it is.
        refused: The other candidates for it.
        best_of: Of how many it was taken.
    """

    text: str
    origins: tuple[Origin, ...]
    like: str
    verdict: dict[str, Any]
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    refused: tuple[RefusedPost, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedPosts:
    """All drafts, the likest first, and how many candidates there were.

    Attributes:
        author: As in `PostTask`.
        like: How many of the candidates are, each by itself, like the author.
        considered: How many there were.
    """

    author: str
    drafts: tuple[JudgedDraft, ...]
    like: int
    considered: int
