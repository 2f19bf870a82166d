"""What is known of an author's posts, and what was new of it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from automagic.cli.tables import columns_of, draw_table, shorten, terminal_columns
from automagic.products.posts.learning.page import WEEKDAYS
from automagic.products.posts.learning.wording import FEW_DATED, NO_TOPICS, explain_clockwork, explain_likeness, share
from automagic.products.posts.result import DescribePostsResult, LearnPostsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.language.style.profile import Counted, LengthSpread, StyleProfile

_BAR = 20
_ROOM = 80
_NAMES = 15
"""Columns of what is told, before what is told of it."""


def document(result: DescribePostsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    states = [record.state for record in result.steps]
    steps = {name: states.count(name) for name in ("hit", "miss", "planned")}
    del plan  # there is none of it
    return {
        "run_id": result.run_id,
        **result.facts,
        "steps": steps,
        "timings": {"total": round(progress.elapsed_s, 3)},
    }


def print_summary(result: DescribePostsResult, progress: Progress, *, plan: bool) -> None:
    """All of it, or after learning the beginning."""
    del progress, plan
    lines = _list_new(result) if isinstance(result, LearnPostsResult) else _list_profile(result)
    for line in lines:
        print(line)  # noqa: T201 - the result


def _list_new(result: LearnPostsResult) -> Iterator[str]:
    author = result.style.corpus.author
    yield f"{_count(result.new, 'new post', 'new posts')} of {author}, {result.known:,} known before"
    if result.left_out:
        why = ", ".join(f"{why} ({count:,})" for why, count in sorted(result.left_out.items()))
        yield from _tell("Left out", why)
    yield from _list_corpus(result)
    yield f"How {author} writes: automagic posts profile {author}"


def _list_corpus(result: DescribePostsResult) -> Iterator[str]:
    corpus, profile = result.style.corpus, result.style.profile
    span = f", {profile.since} to {profile.until}" if profile.since else ""
    replies = corpus.kinds.get("reply", 0)
    beside = f", {_count(replies, 'reply', 'replies')}" if replies else ""
    yield f"{corpus.author}: {profile.posts:,} posts{beside}{span}"
    if corpus.accounts:
        yield from _tell("Accounts", ", ".join(corpus.accounts))
    if profile.clockwork:
        yield from _tell("Times", explain_clockwork(profile))


def _list_profile(result: DescribePostsResult) -> Iterator[str]:
    profile = result.style.profile
    yield from _list_corpus(result)
    if any(one.name for one in profile.languages):
        yield from _tell("Languages", ", ".join(f"{one.name or 'not said'} {one.count:,}" for one in profile.languages))
    yield ""
    yield from _draw_shares("Built as", profile.structures, profile.posts)
    yield ""
    yield from _tell("Begin with", _join(profile.openers))
    yield from _tell("End with", _join_shares(profile.closers, profile.posts))
    yield from _tell("Length", ", ".join(_list_lengths(profile)))
    yield from _tell("Habits", _join_shares(profile.habits, profile.posts))
    yield from _tell("Marks", _join_shares(profile.marks, profile.posts))
    yield from _tell("Emoji", _join(profile.emoji))
    yield from _tell("Hashtags", _join(profile.hashtags))
    yield from _tell("Own words", ", ".join(f"{word.word} {word.count:,}" for word in profile.vocabulary) or "none")
    for number, formula in enumerate(profile.formulas or (None,)):
        told = f"“{formula.words}” in {formula.posts:,} posts" if formula else "none"
        yield from _tell("" if number else "Own formulas", told)
    yield ""
    yield from _list_times(profile)
    yield ""
    yield from _list_engagement(profile)
    yield ""
    yield from _list_likeness(result)
    if result.page:
        yield from ("", f"The page: {result.page}")


def _list_lengths(profile: StyleProfile) -> Iterator[str]:
    def spread(of: LengthSpread, what: str) -> str:
        return f"{what} {of.median:,} ({of.low:,} to {of.high:,})"

    yield spread(profile.characters, "characters")
    yield spread(profile.words_each, "words")
    yield spread(profile.sentences, "sentences")
    yield spread(profile.lines, "lines")


def _list_times(profile: StyleProfile) -> Iterator[str]:
    told = [period for period in profile.topics if period.topics]
    for number, period in enumerate(told):
        yield from _tell("" if number else "About", f"{period.since} to {period.until}: {_join(period.topics)}")
    if not told:
        yield from _tell("About", NO_TOPICS if profile.topics else FEW_DATED)
    if not profile.dated:
        yield from _tell("Posted", "no post has a time")
        return
    if profile.clockwork:
        return
    most = max(profile.hours)
    line = "".join("▁▂▃▄▅▆▇█"[round(7 * count / most)] if count else " " for count in profile.hours)
    best = sorted(range(24), key=lambda hour: (-profile.hours[hour], hour))[:3]
    hours = ", ".join(f"{hour}:00 {profile.hours[hour]:,}" for hour in best if profile.hours[hour])
    yield from _tell("Posted", f"0 {line} 24, most at {hours}")
    days = (f"{day} {count:,}" for day, count in zip(WEEKDAYS, profile.weekdays, strict=True))
    yield from _tell("", ", ".join(days))


def _list_engagement(profile: StyleProfile) -> Iterator[str]:
    if profile.too_few_signals:
        yield from _tell("Answers", "too few signals: fewer than 20 posts were liked, reposted or answered")
        return
    rows = [("Answers to", "posts", "answered", "95 % interval", "median")]
    rows += [
        (
            kind.structure,
            f"{kind.posts:,}",
            share(kind.answered / kind.posts),
            f"{share(kind.low)} to {share(kind.high)}",
            f"{kind.median:,} ({kind.median_low:,} to {kind.median_high:,})",
        )
        for kind in profile.engagement
    ]
    yield from draw_table(rows, right=(1, 2, 3, 4), heading=True)


def _list_likeness(result: DescribePostsResult) -> Iterator[str]:
    yield from _tell("Likeness", " ".join(explain_likeness(result.style, result.trial)))
    for one in result.trial.rejected if result.trial else ():
        told = f"{share(one.share)} ({share(one.low)} to {share(one.high)}) by a p of at most {one.alpha}"
        yield from _tell("", told)


def _draw_shares(name: str, counted: Sequence[Counted], posts: int) -> list[str]:
    widest = max(columns_of(one.name) for one in counted)
    return [
        f"{'' if number else name:{_NAMES}}{one.name}{' ' * (widest - columns_of(one.name))}"
        f"{one.count:8,}{share(one.count / posts):>6}  {'█' * round(_BAR * one.count / posts)}".rstrip()
        for number, one in enumerate(counted)
    ]


def _join(counted: Sequence[Counted]) -> str:
    return ", ".join(f"{one.name} {one.count:,}" for one in counted) or "none"


def _join_shares(counted: Sequence[Counted], posts: int) -> str:
    return ", ".join(f"{one.name} {one.count:,} ({share(one.count / posts)})" for one in counted) or "none"


def _tell(name: str, told: str) -> list[str]:
    """What is told of something, in as many lines as it needs."""
    room = min(terminal_columns() or _ROOM, 100)
    lines = textwrap.wrap(told, room - _NAMES, break_long_words=False, break_on_hyphens=False) or [""]
    first, *others = (shorten(line, room - _NAMES) for line in lines)
    return [f"{name:{_NAMES}}{first}", *(f"{'':{_NAMES}}{line}" for line in others)]


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
