"""What a bare `automagic --now` makes a video of: the next of the ideas there are, each once before any comes again.

    topics.txt here or in AUTOMAGIC_HOME ─▶ its next topic
    a writer that knows things           ─▶ the next of the topics that come with the program
    neither                              ─▶ the next of the texts that come with it

An idea is used when its video is made: one that failed, or was only planned, is the next still.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.cli.schedule.commands import open_ledger
from automagic.jobs.schedule.file import own_topics
from automagic.jobs.schedule.topics import OWN_IDEAS, read_topic_file
from automagic.stages.shipped_texts import LANGUAGE, knows_topics, shipped_texts

if TYPE_CHECKING:
    from automagic.settings import Settings

TOPICS, TEXTS = "now: topics", "now: texts"
"""Under what names it is remembered which were used."""


@contextmanager
def next_idea(settings: Settings, *, planning: bool) -> Iterator[tuple[dict[str, Any], str]]:
    """Flags for the next idea, and a sentence about it; it is used when the block ends well.

    Args:
        planning: Nothing is made: it stays the next.

    Raises:
        RequestError: topics.txt cannot be read.
    """
    texts = {path.name: path for path in shipped_texts().values()}
    own = own_topics(settings, Path.cwd())
    topics = read_topic_file(own or OWN_IDEAS) if own or knows_topics(settings) else ()
    with open_ledger(settings, existing=planning) as ledger:
        pool, candidates = (TOPICS, topics) if topics else (TEXTS, tuple(texts))
        choice = ledger.peek(pool, candidates) if ledger else None
        idea, round_ = (choice.text, choice.round) if choice else (candidates[0], 1)
        take = {"take": round_} if round_ > 1 else {}  # the same again would be found in memory
        if topics:
            said = f"the next of {own.name if own else 'the topics that come with AutoMagic'}: {idea}"
            yield {"topic": idea, **take}, said
        else:
            yield {"source": str(texts[idea]), "language": LANGUAGE, **take}, f"the sample text {idea}"
        if ledger and choice and not planning:
            ledger.use(pool, choice)
