"""The writer of this machine: whole facts of a source in the shape of a real post of the author's.

    document ─▶ units ─▶ facts that stand on their own ─┐
    posts ───▶ shapes ──────────────────────────────────┼▶ each fact in each shape that it fills, dressed by habits
         └───▶ habits ──────────────────────────────────┘   ─▶ candidates, those of one draft from one part of the text

Nothing is invented and no words are strung together by chance: what is said are the source's own sentences, at most
shortened as the video's writer shortens them, with the author's signs, case and line breaks around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, pairwise

from automagic.errors import RequestError
from automagic.language.style.habits import Habits, adorn, dress, learn_habits
from automagic.language.style.shapes import MOST_SENTENCES, HeadCase, ShapeOfPosts, learn_shapes, usual_shapes
from automagic.language.text.grammar import tag_words
from automagic.language.text.sentences import split_words
from automagic.providers.local.extract.engine import write_script
from automagic.providers.local.extract.units import build_units
from automagic.providers.local.profile.facts import PostFacts, find_facts
from automagic.providers.local.profile.heads import explains, head_and_rest
from automagic.providers.shared.post_draft import PostBrief, PostCandidate, WrittenPosts
from automagic.values.document import Document, Mark
from automagic.values.post import Post
from automagic.values.script import Scene

CANDIDATES = 8
"""For each draft. The best of more would be liker the author; but then, so would the best of as many real posts."""

_SHORTER, _LONGER = 0.8, 1.25
"""Of the shortest and the longest real post of a shape."""

_SHARE_COUNTS = 0.25
_Filled = tuple[PostFacts, PostCandidate]
_THREAD_S = (60.0, 45.0, 90.0, 30.0, 75.0, 120.0)
"""How long the threads' texts would take to say, those that are tried first for each draft first."""

_FEWEST_SENTENCES_OF_THREAD = 3


@dataclass(frozen=True, slots=True)
class AuthorManner:
    """How an author writes, as this writer uses it."""

    shapes: tuple[ShapeOfPosts, ...]
    habits: Habits


def learn_manner(posts: Sequence[Post]) -> AuthorManner:
    """The shapes and habits of an author's posts."""
    return AuthorManner(usual_shapes(learn_shapes(posts)), learn_habits(posts))


def write_posts(brief: PostBrief) -> WrittenPosts:
    """Candidates for each draft.

    Raises:
        RequestError: Not one sentence of the document can be told by itself, or in a post of the author's.
    """
    manner = learn_manner(brief.posts)
    if brief.thread:
        candidates = list(_write_threads(brief, manner))
        if not candidates:
            raise RequestError(
                f"{brief.document.location or 'the text'} has too few sentences for a thread",
                hint="Give a longer text, or leave out --thread.",
            )
    else:
        units = build_units(brief.document, brief.language, brief.trees, brief.names)
        is_short = partial(_is_short, manner=manner, brief=brief)
        facts = find_facts(units, brief.document.location, brief.trees, is_short, brief.language)
        candidates = fill_shapes(list(facts), manner, brief)
    drafts = len({one.draft for one in candidates})
    few = (f"The text has enough for {drafts} of {brief.count} drafts.",) if drafts < brief.count else ()
    return WrittenPosts(tuple(candidates), few)


def _is_short(text: str, manner: AuthorManner, brief: PostBrief) -> bool:
    """Whether a sentence makes a post that the networks take, and is no longer than the author's of one sentence."""
    longest = max((one.most for one in manner.shapes if one.shape.sentences == 1), default=0)
    return len(text) <= _LONGER * longest and brief.fits(text)


def fill_shapes(facts: Sequence[PostFacts], manner: AuthorManner, brief: PostBrief) -> list[PostCandidate]:
    """Candidates for each draft: those that tell most, in the commonest shapes.

    Raises:
        RequestError: There is none.
    """
    if not facts:
        raise _nothing_to_tell(brief.document)
    found = list(_fill_all(facts, manner, brief))
    if not found:
        raise RequestError(
            f"no sentence of {brief.document.location or 'the text'} fills the shape of a post of {brief.author}"
            f" that {' and '.join(brief.networks)} would take",
            hint="Give a text with shorter sentences, write a thread with --thread, or ask a language model: "
            "--writer openai.",
        )
    return [
        replace(candidate, draft=number)
        for number, part in enumerate(_divide(found, brief.count))
        for _, candidate in part[:CANDIDATES]
    ]


def _nothing_to_tell(document: Document) -> RequestError:
    return RequestError(
        f"no sentence of {document.location or 'the text'} can be told by itself",
        hint="Give a text with full sentences, or ask a language model: --writer openai.",
    )


def _divide(
    found: Sequence[tuple[PostFacts, PostCandidate]], count: int
) -> list[list[tuple[PostFacts, PostCandidate]]]:
    """The candidates of each draft, each from a part of the text of its own: no two drafts tell the same sentence."""
    firsts = sorted({facts.first for facts, _ in found})
    count = min(count, len(firsts))
    ends = [firsts[round(number * len(firsts) / count)] for number in range(1, count)] + [firsts[-1] + MOST_SENTENCES]
    return [
        [one for one in found if begin <= one[0].first and one[0].last < end]
        for begin, end in pairwise([firsts[0], *ends])
    ]


def _fill_all(
    facts: Sequence[PostFacts], manner: AuthorManner, brief: PostBrief
) -> Iterator[tuple[PostFacts, PostCandidate]]:
    """Each of the facts in each shape that it fills, what is worth most in the commonest shape first."""
    pairs = [(one, shape) for one in facts for shape in manner.shapes if shape.shape.sentences == len(one.facts)]
    seen: set[str] = set()
    for one, shape in sorted(pairs, key=lambda pair: -pair[0].worth * pair[1].share ** _SHARE_COUNTS):
        candidate = _fill(one, shape, manner.habits, brief)
        if candidate is not None and candidate.text not in seen and brief.fits(candidate.text):
            seen.add(candidate.text)
            yield one, candidate


def _fill(facts: PostFacts, like: ShapeOfPosts, habits: Habits, brief: PostBrief) -> PostCandidate | None:
    """None where the facts do not fill the shape."""
    shape, said, head = like.shape, [fact.text for fact in facts.facts], ""
    if shape.head:
        tree = facts.facts[0].tree
        found = head_and_rest(tree) if tree else None
        if found is None or not explains(brief.document, *found):
            return None
        head, said[0] = _write_head(found[0], shape.head) + shape.joint, found[1]
    ends = [0, *accumulate(shape.lines)]
    lines = [" ".join(said[begin:end]) for begin, end in pairwise(ends)]
    seed = f"{like.example} {' '.join(said)}"
    dressed = dress(lines, habits, seed=seed, names=_names_in(lines, brief.language))
    if shape.bullet:
        dressed = [f"{shape.bullet} {line}" for line in dressed]
    body = head + shape.gap.join(dressed)
    if not _SHORTER * like.least <= len(body) <= _LONGER * like.most:
        return None
    text, added = adorn(body, habits, seed=seed, about=brief.document.title, link=brief.link)
    origins = tuple(fact.origin for fact in facts.facts)
    return PostCandidate(text, origins, 0, like.example, added)


def _write_head(head: str, case: HeadCase) -> str:
    if case == "capitals":
        return head.upper()
    return head[:1].upper() + head[1:] if case == "capital" else head


def _names_in(lines: Sequence[str], language: str) -> frozenset[str]:
    """The words that are names at the start of a line, where every word has a capital."""
    found = set()
    for line in lines:
        words = split_words(line)
        found |= {word for word, tag in zip(words, tag_words(words, language), strict=True) if tag.startswith("NP0")}
    return frozenset(found)


# ------------------------------------------------------------------------------------------------------- threads


def _write_threads(brief: PostBrief, manner: AuthorManner) -> Iterator[PostCandidate]:
    """What the video's writer would tell in so many seconds, in the paragraphs of the document."""
    seen: set[str] = set()
    for number, duration_s in enumerate(_THREAD_S):
        script = write_script(
            brief.document,
            duration_s=duration_s,
            language=brief.language,
            trees=brief.trees,
            kept=brief.names,
        )
        scenes = [scene for scene in script.scenes if scene.origins]
        origins = tuple(origin for scene in scenes for origin in scene.origins)
        if len(origins) < _FEWEST_SENTENCES_OF_THREAD:
            continue
        lines = _join_paragraphs(scenes, brief.document)
        seed = " ".join(lines)
        dressed = dress(lines, manner.habits, seed=seed, names=_names_in(lines, brief.language))
        text, added = adorn("\n\n".join(dressed), manner.habits, seed=seed, about=brief.document.title, link=brief.link)
        if text not in seen:
            seen.add(text)
            yield PostCandidate(text, origins, number % brief.count, "", added)


def _join_paragraphs(scenes: Sequence[Scene], document: Document) -> list[str]:
    """The scenes' texts, those that come from one paragraph together."""
    lines: dict[int, list[str]] = {}
    for scene in scenes:
        paragraph = scene.origins[0].paragraph
        lines.setdefault(paragraph, []).append(_without_heading(scene.text, document, paragraph))
    return [" ".join(texts) for texts in lines.values()]


def _without_heading(text: str, document: Document, paragraph: int) -> str:
    """Without the heading that a video says before the first sentence under it: "Not only honeybees. There are …".

    It stays where it says when, and where it is a step or an item, or the paragraph's own beginning.
    """
    mark = document.marks[paragraph] if document.marks else Mark()
    head = mark.head.rstrip(".:?!")
    if mark.kind != "text" or not head or any(sign.isdigit() for sign in head):
        return text
    if document.paragraphs[paragraph].startswith(head) or not text.startswith(f"{head}. "):
        return text
    return text[len(head) + 2 :]
