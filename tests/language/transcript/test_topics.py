"""Where a talk turns to something else: measured by Pk on documents of Choi's kind."""

from __future__ import annotations

import asyncio
import itertools
import random
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from automagic.language.text.sentences import split_sentences
from automagic.language.transcript.topics import LONGEST_TOPIC, find_topics
from automagic.providers.local.shared.sentence_vectors import MODEL, SentenceVectors
from tests.support.media.speech_models import ready_model
from tests.support.texts.topic_talks import TEXTS

SEGMENTS = 10


def pk(true: Sequence[int], found: Sequence[int], count: int) -> float:
    """Beeferman, Berger and Lafferty (1999): how often two sentences k apart are wrongly said to be of one topic.

    k is half the mean length of the true topics; 0 is perfect, 0.5 is no better than chance.
    """
    k = max(1, round(count / len(true) / 2))
    topics = [np.searchsorted(starts, np.arange(count), side="right") for starts in (true, found)]
    same_true, same_found = (topic[:-k] == topic[k:] for topic in topics)
    return float(np.mean(same_true != same_found))


def documents(
    texts: Sequence[Sequence[str]], vectors: Sequence[NDArray[np.float32]], shortest: int, longest: int
) -> Iterator[tuple[NDArray[np.float32], list[float], list[int]]]:
    """As Choi (2000) makes them: the first sentences of ten texts one after the other."""
    generator = random.Random(shortest)  # noqa: S311 - a fixed choice, no secret
    for _ in range(25):
        starts: list[int] = []
        lengths: list[float] = []
        parts = []
        for text in generator.sample(range(len(texts)), SEGMENTS):
            starts.append(len(lengths))
            size = generator.randint(shortest, min(longest, len(texts[text])))
            lengths += [len(sentence.split()) for sentence in texts[text][:size]]
            parts.append(vectors[text][:size])
        yield np.vstack(parts), lengths, starts


@pytest.mark.parametrize(("shortest", "longest"), [(3, 11), (6, 8), (9, 11)])
def test_topics_of_joined_talks_are_found(
    talks: tuple[list[tuple[str, ...]], list[NDArray[np.float32]]], shortest: int, longest: int
) -> None:
    found, none, often = [], [], []
    for vectors, lengths, starts in documents(*talks, shortest, longest):
        found.append(pk(starts, find_topics(vectors, lengths), len(lengths)))
        none.append(pk(starts, [0], len(lengths)))
        every = len(lengths) / SEGMENTS
        often.append(pk(starts, [round(every * index) for index in range(SEGMENTS)], len(lengths)))
    assert statistics.mean(found) <= 0.12
    assert statistics.mean(none) > 0.4
    if longest - shortest > 3:  # with topics of nearly equal length, even division is no blind guess
        assert statistics.mean(often) > 0.3


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, ...]], list[NDArray[np.float32]]]:
    home = tmp_path_factory.mktemp("home")
    ready_model(home, MODEL)
    texts = [split_sentences(text) for text in TEXTS]

    async def embed() -> NDArray[np.float32]:
        vectors = SentenceVectors(home, threads=1)
        try:
            return await vectors.embed([sentence for text in texts for sentence in text])
        finally:
            await vectors.close()

    vectors = asyncio.run(embed())
    ends = np.cumsum([len(text) for text in texts])[:-1]
    return texts, list(np.split(vectors, ends))


def test_pk_is_what_its_authors_define() -> None:
    assert pk([0, 5], [0, 5], 10) == 0.0
    # k = 2: of the eight pairs, the two across the boundary are wrong without it.
    assert pk([0, 5], [0], 10) == 2 / 8
    # A near miss costs less than a miss.
    assert pk([0, 5], [0, 6], 10) == 2 / 8
    assert pk([0, 10], [0, 11], 20) < pk([0, 10], [0], 20)


def test_one_article_is_one_or_two_topics(talks: tuple[list[tuple[str, ...]], list[NDArray[np.float32]]]) -> None:
    for text, vectors in zip(*talks, strict=True):
        assert len(find_topics(vectors, [len(sentence.split()) for sentence in text])) <= 2


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@given(st.integers(0, 40), st.integers(0, 5))
def test_topics_begin_at_the_first_sentence_and_rise(count: int, seed: int) -> None:
    rows = np.random.default_rng(seed).standard_normal((count, 8))
    found = find_topics(unit(rows) if count else np.zeros((0, 8), np.float32), [1.0] * count)
    assert list(found) == sorted(set(found))
    assert found[:1] == (0,) * bool(count)
    assert all(0 <= start < count for start in found)


def test_noise_without_a_theme_is_not_cut_to_pieces() -> None:
    generator = np.random.default_rng(0)
    theme = generator.standard_normal(384) / np.sqrt(384)
    rows = 0.4 * theme + generator.standard_normal((300, 384)) / np.sqrt(384)
    assert len(find_topics(unit(rows), [10.0] * 300)) <= 300 / 20


def test_three_hours_of_sentences_are_divided_by_their_themes() -> None:
    generator = np.random.default_rng(0)
    themes = np.repeat(generator.standard_normal((100, 384)) / np.sqrt(384), 30, axis=0)
    vectors = unit(themes + 1.5 * generator.standard_normal((3000, 384)) / np.sqrt(384))
    found = find_topics(vectors, [12.0] * 3000)
    assert pk(range(0, 3000, 30), found, 3000) < 0.02


def test_a_topic_never_exceeds_what_is_looked_at() -> None:
    rows = np.ones((LONGEST_TOPIC * 2 + 10, 4))
    starts = [*find_topics(unit(rows), [1.0] * len(rows)), len(rows)]
    assert max(end - start for start, end in itertools.pairwise(starts)) <= LONGEST_TOPIC


def test_sentences_without_vectors_belong_to_their_neighbours() -> None:
    rows = unit(np.ones((9, 4)))
    rows[4] = 0.0
    assert find_topics(rows, [5.0] * 9) == (0,)


def test_the_talks_are_where_the_tests_say(tmp_path: Path) -> None:
    assert all(len(split_sentences(text)) >= 11 for text in TEXTS)
