"""A talk read once: what each sentence has, as numbers that any stretch of sentences is judged from.

Sums over a stretch come from sums from the start (`totals[last + 1] - totals[first]`), so that 40,000 overlapping
stretches cost no more than reading 3,000 sentences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from automagic.language.moments import english
from automagic.language.moments.english import EditorialMark
from automagic.language.moments.talk import Talk
from automagic.language.text.keywords import content_words
from automagic.language.text.sentences import primary_tag, split_words
from automagic.language.text.summary import stem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

OPENING_S = 3.0
"""How long somebody who scrolls by gives it."""

PAUSE_S = 0.6
"""A silence that is heard as the end of something."""

_QUOTED_WORDS = 9
_BATCH = 2048


@dataclass(frozen=True, slots=True)
class SentenceMarks:
    """What was found in one sentence; the marks stay empty in languages that have no word lists here."""

    question: bool
    content: int
    specifics: tuple[str, ...]
    fillers: int
    leaning: EditorialMark | None = None
    back: EditorialMark | None = None
    conclusion: EditorialMark | None = None
    story: EditorialMark | None = None
    turns: int = 0
    goes_on: bool = False
    announces: bool = False


class TalkReading:
    """What a talk's sentences have.

    Attributes:
        english: Whether the word lists apply.
        marks: One for each sentence.
    """

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.english = primary_tag(talk.language) == "en"
        given = talk.fillers or (0,) * len(talk.sentences)
        self.marks = tuple(
            self._read(sentence.text, count) for sentence, count in zip(talk.sentences, given, strict=True)
        )
        self._columns: dict[str, Floats] = {}
        self._lengths: tuple[bytes, Floats] = (b"", np.zeros(0))
        self.start_s = np.array([sentence.start_s for sentence in talk.sentences])
        self.end_s = np.array([sentence.end_s for sentence in talk.sentences])

    def _read(self, text: str, fillers: int) -> SentenceMarks:
        content = len(content_words(text, self.talk.language))
        if not self.english:
            figures = tuple(word for word in split_words(text) if any(c.isdigit() for c in word))
            return SentenceMarks(text.rstrip("\"'”’»)] ").endswith(("?", "？", "؟")), content, figures, fillers)
        story, turns = english.find_story(text)
        return SentenceMarks(
            english.is_question(text),
            content,
            english.find_specifics(text),
            max(fillers, english.count_fillers(text)),
            english.find_leaning(text),
            english.find_back_reference(text),
            english.find_conclusion(text),
            story,
            turns,
            english.goes_on(text),
            english.announces(text),
        )

    def opening(self, first: int) -> str:
        """About the words of the first seconds of a stretch that begins with this sentence, at least four."""
        said: list[str] = []
        until = self.start_s[first] + OPENING_S
        for sentence in self.talk.sentences[first : first + 4]:
            if said and sentence.start_s >= until:
                break
            words = split_words(sentence.text)
            share = (until - sentence.start_s) / max(sentence.end_s - sentence.start_s, 0.1)
            said.extend(words[: max(math.ceil(share * len(words)), 0 if said else 4)])
        return " ".join(said)

    @cached_property
    def hooks(self) -> tuple[tuple[EditorialMark, ...], ...]:
        """Of a stretch that begins with each sentence."""
        count = len(self.marks)
        found: list[tuple[EditorialMark, ...]] = []
        for first in range(count):
            second = first + 1
            soon = second < count and self.start_s[second] < self.start_s[first] + OPENING_S / 2
            question = self.marks[first].question or (soon and self.marks[second].question)
            if not self.english:
                found.append((EditorialMark("opens with a question", self.opening(first), 0.6),) if question else ())
                continue
            found.append(english.find_hooks(self.opening(first), question=question))
        return tuple(found)

    @cached_property
    def warm_ups(self) -> tuple[EditorialMark | None, ...]:
        """Of a stretch that begins with each sentence."""
        return tuple(english.find_warm_up(self.opening(first)) for first in range(len(self.marks)))

    @cached_property
    def leanings(self) -> tuple[EditorialMark | None, ...]:
        """What a stretch that begins with each sentence would need words before it for."""
        found: list[EditorialMark | None] = []
        for index, mark in enumerate(self.marks):
            before = self.marks[index - 1] if index else None
            leaning = mark.leaning
            if before and before.question and not mark.question and (leaning is None or leaning.strength < 0.7):
                asked = quote(self.talk.sentences[index - 1].text)
                leaning = EditorialMark(f"begins with an answer, its question {asked} is left out", "", 0.7)
            found.append(leaning)
        return tuple(found)

    @cached_property
    def endings(self) -> tuple[tuple[EditorialMark, ...], ...]:
        """What says that something ends with each sentence."""
        return tuple(tuple(self._ending(last)) for last in range(len(self.marks)))

    def _ending(self, last: int) -> list[EditorialMark]:
        marks, count = self.marks, len(self.marks)
        found: list[EditorialMark] = []
        if mark := marks[last].conclusion:
            found.append(EditorialMark("arrives somewhere", mark.quote, 0.45))
        pause = self.pause_after(last)
        if last + 1 == count:
            found.append(EditorialMark("ends where the recording does", "", 0.7))
        elif pause >= PAUSE_S:
            found.append(EditorialMark(f"a pause of {pause:.1f} s follows", "", 0.2 + 0.15 * min(pause, 2.0)))
        if last + 1 in self.edges:
            found.append(EditorialMark("its topic is over", "", 0.4))
        elif last + 1 < count and marks[last + 1].question and not marks[last].question:
            found.append(EditorialMark("the next question follows", "", 0.4))
        return found

    @cached_property
    def open_ends(self) -> tuple[tuple[EditorialMark, ...], ...]:
        """What says that nothing ends with each sentence."""
        return tuple(tuple(self._open_end(last)) for last in range(len(self.marks)))

    def _open_end(self, last: int) -> list[EditorialMark]:
        marks, speakers = self.marks, self.talk.speakers
        found: list[EditorialMark] = []
        if (leaning := marks[last].leaning) and leaning.what.endswith("not heard") and self.words_of(last) <= 3:
            found.append(EditorialMark("ends with a reaction", "", 0.6))
        if marks[last].question:
            found.append(EditorialMark("ends with a question that stays open", "", 0.9))
        elif marks[last].announces:
            found.append(EditorialMark("ends by announcing something", "", 0.8))
        if last + 1 == len(marks) or last + 1 in self.edges:
            return found
        following = quote(self.talk.sentences[last + 1].text, words=4)
        leaning = marks[last + 1].leaning
        if marks[last + 1].goes_on:
            found.append(EditorialMark(f"what follows, {following}, goes on with it", "", 0.5))
        elif leaning and leaning.strength >= 0.7:
            found.append(EditorialMark(f"what follows, {following}, is still about it", "", 0.4))
        elif speakers and speakers[last] == speakers[last + 1] and self.pause_after(last) < PAUSE_S:
            found.append(EditorialMark(f"the speaker goes on at once: {following}", "", 0.3))
        return found

    @cached_property
    def beginnings(self) -> tuple[tuple[EditorialMark, ...], ...]:
        """What says that something begins with each sentence."""
        speakers, count = self.talk.speakers, len(self.marks)
        found = []
        for first in range(count):
            marks: list[EditorialMark] = []
            if first == 0:
                marks.append(EditorialMark("begins where the recording does", "", 0.5))
            elif first in self.edges:
                marks.append(EditorialMark("a topic begins", "", 0.5))
            if first and speakers and speakers[first] != speakers[first - 1]:
                marks.append(EditorialMark("somebody else begins to speak", "", 0.3))
            if first and (pause := self.pause_after(first - 1)) >= PAUSE_S:
                marks.append(
                    EditorialMark(f"a pause of {pause:.1f} s comes before it", "", 0.2 + 0.15 * min(pause, 2.0))
                )
            if first and self.turns_away[first] > 0.5:
                marks.append(EditorialMark("turns to something new", "", 0.4 * float(self.turns_away[first])))
            found.append(tuple(marks))
        return tuple(found)

    @cached_property
    def turns_away(self) -> Floats:
        """How unlike the two sentences before and from each one are, as a percentile; 0 without vectors."""
        vectors = self.talk.vectors
        if vectors is None or len(vectors) < 5:
            return np.zeros(len(self.marks))
        pairs = _unit((vectors[1:] + vectors[:-1]).astype(np.float64))
        away = np.zeros(len(vectors))
        away[2:-1] = 1.0 - np.einsum("ij,ij->i", pairs[:-2], pairs[2:])
        ranks: Floats = np.searchsorted(np.sort(away), away) / len(away)
        return ranks

    def pause_after(self, index: int) -> float:
        """Silence after a sentence, in seconds; after the last one there is nothing but silence."""
        if index + 1 == len(self.marks):
            return 2.0
        if self.talk.delivery:
            return self.talk.delivery[index].pause_after_s
        return float(self.start_s[index + 1] - self.end_s[index])

    @cached_property
    def edges(self) -> frozenset[int]:
        """Sentences that begin a topic, the first one aside."""
        return frozenset(index for index in self.talk.topics if 0 < index < len(self.marks))

    @cached_property
    def crossings(self) -> Ints:
        """How many edges there are up to each sentence, itself included."""
        return np.cumsum([index in self.edges for index in range(len(self.marks))])

    @cached_property
    def answers(self) -> Ints:
        """For each sentence: the last sentence of the answer to the question that it, or one of the next two, asks.

        -1 where nothing is asked and answered there. An answer ends before the next question of somebody else, or
        where its topic ends.
        """
        count = len(self.marks)
        ends = np.full(count, -1)
        for index in range(count):
            asked = next((i for i in range(index, min(index + 3, count)) if self.marks[i].question), None)
            while asked is not None and asked + 1 < count and self.marks[asked + 1].question:
                asked += 1  # "Is it safe? I mean, would you fly in it?"
            if asked is None or asked + 1 >= count:
                continue
            end = asked + 1
            while end + 1 < count and end + 1 not in self.edges and not self._asks_anew(end + 1, asked + 1):
                end += 1
            ends[index] = end
        return ends

    def _asks_anew(self, index: int, answer: int) -> bool:
        """Whether the one who answers is asked, or interrupted for good, in this sentence."""
        speakers = self.talk.speakers
        if speakers and speakers[index] == speakers[answer]:
            return False
        return self.marks[index].question

    @cached_property
    def liveliness(self) -> Floats:
        """How far each sentence's loudness, pitch range and rate stand above what is usual here, in deviations."""
        columns = np.array([[d.loudness_db, d.pitch_range, d.rate] for d in self.talk.delivery], np.float64)
        spread = columns.std(axis=0)
        scaled = (columns - columns.mean(axis=0)) / np.where(spread > 1e-6, spread, np.inf)
        scaled[:, 2] = np.abs(np.diff(scaled[:, 2], prepend=scaled[:1, 2]))  # changes of rate, not haste
        means: Floats = scaled.clip(-3.0, 3.0).mean(axis=1)
        return means

    def column(self, name: str, values: Callable[[], Iterable[float]]) -> Floats:
        """A number for each sentence, worked out once."""
        if name not in self._columns:
            self._columns[name] = np.array(list(values()), np.float64)
        return self._columns[name]

    def total(self, name: str, values: Callable[[], Iterable[float]], first: Ints, last: Ints) -> Floats:
        """The sum of such numbers over each stretch."""
        key = f"sum of {name}"
        if key not in self._columns:
            self._columns[key] = np.concatenate([[0.0], np.cumsum(self.column(name, values))])
        sums = self._columns[key]
        over: Floats = sums[last + 1] - sums[first]
        return over

    @cached_property
    def stems(self) -> tuple[frozenset[str], ...]:
        """The words with meaning of each sentence, by their stems."""
        return tuple(frozenset(stems_of(sentence.text, self.talk.language)) for sentence in self.talk.sentences)

    def means_of_vectors(self, first: Ints, last: Ints) -> tuple[Floats, Floats, Floats]:
        """Of each stretch: its sentences' mean likeness to one another, and its own to its topic and to the whole."""
        begins, projections = self.topic_projections
        lengths = self.lengths(first, last)
        n = (last - first + 1).astype(np.float64)
        inner = (lengths**2 - n) / np.maximum(n * (n - 1), 1)
        single = n == 1
        inner[single] = inner[~single].mean() if (~single).any() else 0.0
        topic = np.searchsorted(begins, (first + last) // 2, side="right") - 1
        own = (projections[last + 1, topic] - projections[first, topic]) / lengths
        overall = (projections[last + 1, -1] - projections[first, -1]) / lengths
        return inner, own, overall

    def likeness(self, vector: Floats, first: Ints, last: Ints) -> Floats:
        """Cosine of a unit vector and each stretch's mean."""
        projection = self.vector_sums @ vector
        cosines: Floats = (projection[last + 1] - projection[first]) / self.lengths(first, last)
        return cosines

    def lengths(self, first: Ints, last: Ints) -> Floats:
        """Of the sum of each stretch's vectors; in batches, so that memory stays the same however many there are."""
        key = first.tobytes() + last.tobytes()
        if key == self._lengths[0]:
            return self._lengths[1]
        lengths = np.zeros(len(first))
        for at in range(0, len(first), _BATCH):
            here = slice(at, at + _BATCH)
            lengths[here] = np.linalg.norm(self.vector_sums[last[here] + 1] - self.vector_sums[first[here]], axis=1)
        lengths = np.maximum(lengths, 1e-9)
        if len(first) > 1:  # all candidates, which are asked for again
            self._lengths = (key, lengths)
        return lengths

    @cached_property
    def topic_projections(self) -> tuple[Ints, Floats]:
        """Where topics begin; sums from the start along each topic's mean and the whole's, (n + 1, topics + 1)."""
        begins = np.array([0, *sorted(self.edges)])
        ends = np.array([*sorted(self.edges), len(self.marks)])
        means = _unit(np.vstack([self.vector_sums[ends] - self.vector_sums[begins], self.vector_sums[-1:]]))
        return begins, self.vector_sums @ means.T

    @cached_property
    def vector_sums(self) -> Floats:
        """Of the vectors from the start, (n + 1, size)."""
        vectors = self.talk.vectors
        assert vectors is not None  # noqa: S101 - the features that need vectors are left out without them
        return np.vstack([np.zeros(vectors.shape[1]), np.cumsum(vectors.astype(np.float64), axis=0)])

    def vector_of(self, first: int, last: int) -> Floats:
        """The unit mean of a stretch's vectors."""
        return _unit(self.vector_sums[last + 1] - self.vector_sums[first])

    def words_of(self, index: int) -> int:
        """How many words a sentence has."""
        return len(split_words(self.talk.sentences[index].text))

    def text_of(self, first: int, last: int) -> str:
        """What is said in it."""
        return " ".join(sentence.text for sentence in self.talk.sentences[first : last + 1])


def _unit(values: Floats) -> Floats:
    lengths = np.linalg.norm(values, axis=-1, keepdims=True)
    unit: Floats = values / np.maximum(lengths, 1e-12)
    return unit


def stems_of(text: str, language: str) -> list[str]:
    """The words of a text that carry meaning, by their stems, each once."""
    return list(dict.fromkeys(stem(word) for word in content_words(text, language)))


def quote(text: str, *, words: int = _QUOTED_WORDS, from_end: bool = False) -> str:
    """The first, or the last, words of a text in quotation marks."""
    said = split_words(text.replace("“", "‘").replace("”", "’"))
    if len(said) <= words + 1:
        return f"“{' '.join(said)}”"
    return f"“… {' '.join(said[-words:])}”" if from_end else f"“{' '.join(said[:words])} …”"
