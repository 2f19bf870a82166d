"""The best candidate of each draft that holds, and why the others do not. Pure.

    candidates of a draft ─▶ by likeness ─▶ each judged, until as many hold as takes are asked for ─▶ the last of these
                                                └──▶ refused, with the reasons

A thread is judged by its posts: each may be as unlike the author as chance allows, all of them together no more
(Bonferroni's bound).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from automagic.errors import RequestError
from automagic.language.posts.counting.length import Network, measure
from automagic.language.posts.facts import SourceFacts, read_facts, read_lexicon
from automagic.language.posts.threads import split_thread
from automagic.language.posts.verdict import ALPHA, Standard, Verdict, judge, show_p, to_document
from automagic.language.style.earlier import EarlierPosts
from automagic.language.style.likeness import Likeness, StyleModel
from automagic.products.posts.writing.drafts import CandidatePosts, JudgedDraft, JudgedPosts, PostTask, RefusedPost
from automagic.providers.shared.post_draft import PostCandidate
from automagic.values.document import Document
from automagic.values.post import Post


@dataclass(frozen=True, slots=True)
class _Judged:
    candidate: PostCandidate
    verdict: Verdict
    parts: dict[str, tuple[str, ...]]
    faults: tuple[str, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        return (*self.faults, *self.verdict.reasons())


def judge_candidates(candidates: CandidatePosts, standard: Standard, task: PostTask, *, take: int = 1) -> JudgedPosts:
    """The drafts, the likest first; those that are not good enough behind them.

    Args:
        standard: What `read_standard` gives.
    """
    style = standard.style
    assert style is not None  # noqa: S101 - a draft has an author
    groups: dict[int, list[PostCandidate]] = {}
    for candidate in candidates.written.candidates:
        groups.setdefault(candidate.draft, []).append(candidate)
    drafts = [choose_draft(group, standard, task, take=take) for group in groups.values()]
    texts = [candidate.text for candidate in candidates.written.candidates]
    like = sum(style.characters.p(score, 1) > ALPHA for score in style.scores(texts))
    ranked = sorted(drafts, key=lambda draft: (bool(draft.reasons), -draft.verdict["likeness"]["p"]))
    return JudgedPosts(task.author, tuple(ranked), like, len(texts))


def read_standard(document: Document, task: PostTask, posts: Sequence[Post], model: bytes) -> Standard:
    """What all drafts from a document are held to, to be read once.

    Args:
        posts: All that the author published.
        model: A `StyleModel` as its `to_bytes` writes it.
    """
    return Standard(
        StyleModel.from_bytes(model),
        EarlierPosts(posts),
        _facts_of(document, task),
        read_lexicon(posts, document.language),
    )


def _facts_of(document: Document, task: PostTask) -> SourceFacts:
    headings = dict.fromkeys(text for mark in document.marks for text in (*mark.headings, mark.head, mark.speaker))
    told = (document.title, *document.paragraphs, *(text for text in headings if text), task.link)
    return read_facts(told, language=document.language)


def choose_draft(group: Sequence[PostCandidate], standard: Standard, task: PostTask, *, take: int = 1) -> JudgedDraft:
    """The candidate for a draft that is most like the author and holds; where none does, the one with fewest faults."""
    assert standard.style is not None  # noqa: S101 - a draft has an author
    style, many = standard.style.characters, len(group)
    scored = zip(standard.style.scores([candidate.text for candidate in group]), group, strict=True)
    ranked = sorted(scored, key=lambda pair: -pair[0])
    judged: list[_Judged] = []
    holding: list[_Judged] = []
    for score, candidate in ranked:
        if judged and not task.thread and style.p(score, many) <= ALPHA:
            break  # nor is any behind it like the author
        one = _judge(candidate, standard, task, best_of=many)
        judged.append(one)
        holding += [] if one.reasons else [one]
        if len(holding) == take:
            break
    chosen = holding[(take - 1) % len(holding)] if holding else min(judged, key=_count_faults)
    refused = [RefusedPost(one.candidate.text, one.reasons) for one in judged if one.reasons and one is not chosen]
    refused += [
        RefusedPost(candidate.text, (f"It is less like the author's posts: {show_p(style.p(score, many))}.",))
        for score, candidate in ranked[len(judged) :]
    ]
    return JudgedDraft(
        chosen.candidate.text,
        chosen.candidate.origins,
        chosen.candidate.like,
        _describe(chosen),
        chosen.parts,
        chosen.reasons,
        tuple(refused),
    )


def _count_faults(one: _Judged) -> int:
    return len(one.faults) + len(one.verdict.findings)


def _judge(candidate: PostCandidate, standard: Standard, task: PostTask, *, best_of: int) -> _Judged:
    if not task.thread:
        return _Judged(candidate, judge(candidate.text, task.networks, standard, best_of=best_of), {}, ())
    parts: dict[str, tuple[str, ...]] = {}
    faults = []
    for network in task.networks:
        try:
            parts[network] = split_thread(candidate.text, network, kept=task.names)
        except RequestError as error:
            faults.append(error.message)
    if not parts:
        return _Judged(candidate, judge(candidate.text, task.networks, standard, best_of=best_of), {}, tuple(faults))
    network = max((one for one in task.networks if one in parts), key=lambda one: len(parts[one]))
    each = [judge(part, (network,), standard, best_of=best_of) for part in parts[network]]
    return _Judged(candidate, _join(candidate.text, each), parts, tuple(faults))


def _join(text: str, parts: Sequence[Verdict]) -> Verdict:
    """The verdict on a thread, from those on its posts."""
    likest = [part.likeness for part in parts if part.likeness]
    worst = min(likest, key=lambda one: one.p)
    nearest = max((part.nearest for part in parts if part.nearest), key=lambda one: (one.run_words, one.similarity))
    findings = tuple(dict.fromkeys(finding for part in parts for finding in part.findings))
    together: Likeness = replace(
        worst,
        p=min(1.0, len(parts) * worst.p),
        word_p=min(1.0, len(parts) * min(one.word_p for one in likest)),
    )
    return replace(parts[0], text=text, findings=findings, likeness=together, nearest=nearest)


def _describe(one: _Judged) -> dict[str, Any]:
    told = to_document(one.verdict)
    if one.parts:
        told["platforms"] = {
            network: _measure_parts(parts, cast("Network", network)) for network, parts in one.parts.items()
        }
    return told


def _measure_parts(parts: Sequence[str], network: str) -> dict[str, Any]:
    """The length of the longest post of a thread, and how many posts there are."""
    longest = max((measure(part, cast("Network", network)) for part in parts), key=lambda one: one.length)
    return {
        "length": longest.length,
        "limit": longest.limit,
        "ok": longest.ok,
        "unit": longest.unit,
        "posts": len(parts),
    }
