"""What a moment is judged by: each feature's value for any stretch of sentences, and its reason in words.

Values are raw and compare only within one recording; `scoring` turns them into percentiles.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from automagic.language.moments.english import EditorialMark
from automagic.language.moments.query import Query, likeness_to_query, why_about
from automagic.language.moments.reading import TalkReading, quote

if TYPE_CHECKING:
    from automagic.language.moments.reading import Floats, Ints

Need = Literal["words", "english", "vectors", "delivery", "query"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that is looked at.

    Attributes:
        name: As in the weights file.
        need: What must be known for it.
        values: Of the stretches [first, last].
        why: What was found in one stretch, for people.
        found: Whether its value says how much was found, so that 0, nothing, gives no points.
    """

    name: str
    need: Need
    values: Callable[[TalkReading, Ints, Ints], Floats]
    why: Callable[[TalkReading, int, int], str]
    found: bool = False


def features_of(query: Query | None) -> tuple[Feature, ...]:
    """All there are."""
    if query is None:
        return FEATURES
    about = Feature(
        "about",
        "query",
        lambda reading, first, last: likeness_to_query(reading, query, first, last),
        lambda reading, first, last: why_about(reading, query, first, last),
    )
    return (*FEATURES, about)


def _hook(reading: TalkReading, first: Ints, _last: Ints) -> Floats:
    """How much one wants to hear on: each mark adds its share of what the others leave of 1."""
    left = reading.column("hook", lambda: (math.prod(1.0 - mark.strength for mark in marks) for marks in reading.hooks))
    hooks: Floats = 1.0 - left[first]
    return hooks


def _why_hook(reading: TalkReading, first: int, _last: int) -> str:
    opening = quote(reading.opening(first), words=12)
    strongest, *others = sorted(reading.hooks[first], key=lambda mark: -mark.strength)
    text = f"{strongest.what}: {opening}"
    return text + "".join(f", {mark.what}" + ("" if mark.quote in opening else f" (“{mark.quote}”)") for mark in others)


def _warm_up(reading: TalkReading, first: Ints, _last: Ints) -> Floats:
    return reading.column("warm_up", lambda: (mark.strength if mark else 0.0 for mark in reading.warm_ups))[first]


def _why_warm_up(reading: TalkReading, first: int, _last: int) -> str:
    mark = reading.warm_ups[first]
    return f"{mark.what}: “{mark.quote}”" if mark else ""


def _leans(reading: TalkReading, first: Ints, last: Ints) -> Floats:
    starts = reading.column("leaning", lambda: (mark.strength if mark else 0.0 for mark in reading.leanings))
    at_start = reading.column("back", lambda: (mark.back is not None for mark in reading.marks))[first]
    backs = reading.total("back", lambda: (), first, last) - at_start
    return starts[first] + 0.3 * np.minimum(backs, 2)


def _why_leans(reading: TalkReading, first: int, last: int) -> str:
    found = [mark.what] if (mark := reading.leanings[first]) else []
    backs = (mark.back.quote for mark in reading.marks[first + 1 : last + 1] if mark.back)
    return "; ".join([*found, *(f"refers back: “{said}”" for said in list(backs)[:2])])


def _payoff(reading: TalkReading, _first: Ints, last: Ints) -> Floats:
    return reading.column("payoff", lambda: map(_sum_of, reading.endings))[last]


def _why_payoff(reading: TalkReading, _first: int, last: int) -> str:
    return f"{_listed(reading.endings[last])}: {quote(reading.talk.sentences[last].text, from_end=True)}"


def _open_end(reading: TalkReading, _first: Ints, last: Ints) -> Floats:
    return reading.column("open_end", lambda: map(_sum_of, reading.open_ends))[last]


def _why_open_end(reading: TalkReading, _first: int, last: int) -> str:
    return f"{_listed(reading.open_ends[last])}: {quote(reading.talk.sentences[last].text, from_end=True)}"


def _begins(reading: TalkReading, first: Ints, _last: Ints) -> Floats:
    return reading.column("begins", lambda: map(_sum_of, reading.beginnings))[first]


def _why_begins(reading: TalkReading, first: int, _last: int) -> str:
    return f"{_listed(reading.beginnings[first])}: {quote(reading.talk.sentences[first].text)}"


def _sum_of(marks: tuple[EditorialMark, ...]) -> float:
    return sum(mark.strength for mark in marks)


def _listed(marks: tuple[EditorialMark, ...]) -> str:
    """What was found, strongest first."""
    return ", ".join(mark.what for mark in sorted(marks, key=lambda mark: -abs(mark.strength)))


def _one_topic(reading: TalkReading, first: Ints, last: Ints) -> Floats:
    inner, _, _ = reading.means_of_vectors(first, last)
    return inner - 0.3 * (reading.crossings[last] - reading.crossings[first])


def _why_one_topic(reading: TalkReading, first: int, last: int) -> str:
    edge = next((index for index in range(first + 1, last + 1) if index in reading.edges), None)
    inner = float(reading.means_of_vectors(np.array([first]), np.array([last]))[0][0])
    if edge is not None:
        return f"turns to something else at {quote(reading.talk.sentences[edge].text)}"
    if first == last:
        return "a single sentence"
    return f"stays on one subject: its sentences are alike by {inner:.2f}"


def _density(reading: TalkReading, first: Ints, last: Ints) -> Floats:
    words = reading.total("content", lambda: (mark.content for mark in reading.marks), first, last)
    values: Floats = words / np.maximum(reading.end_s[last] - reading.start_s[first], 0.1)
    return values


def _why_density(reading: TalkReading, first: int, last: int) -> str:
    count = sum(mark.content for mark in reading.marks[first : last + 1])
    duration = reading.end_s[last] - reading.start_s[first]
    return f"{count} words with meaning in {duration:.0f} s: {count / max(duration, 0.1):.1f} a second"


def _fillers(reading: TalkReading, first: Ints, last: Ints) -> Floats:
    counts = reading.total("fillers", lambda: (mark.fillers for mark in reading.marks), first, last)
    values: Floats = counts / np.maximum(reading.end_s[last] - reading.start_s[first], 0.1)
    return values


def _why_fillers(reading: TalkReading, first: int, last: int) -> str:
    count = sum(mark.fillers for mark in reading.marks[first : last + 1])
    return f"{count} filler {'word' if count == 1 else 'words'}"


def _specific(reading: TalkReading, first: Ints, last: Ints) -> Floats:
    counts = reading.total("specific", lambda: (min(len(mark.specifics), 4) for mark in reading.marks), first, last)
    values: Floats = counts / np.maximum(reading.end_s[last] - reading.start_s[first], 5.0)
    return values


def _why_specific(reading: TalkReading, first: int, last: int) -> str:
    found = dict.fromkeys(said for mark in reading.marks[first : last + 1] for said in mark.specifics)
    return "says it with names, figures or examples: " + ", ".join(f"“{said}”" for said in list(found)[:4])


def _central(reading: TalkReading, first: Ints, last: Ints) -> Floats:
    _, own, overall = reading.means_of_vectors(first, last)
    return (own + overall) / 2


def _why_central(reading: TalkReading, first: int, last: int) -> str:
    _, own, overall = reading.means_of_vectors(np.array([first]), np.array([last]))
    return f"alike to its topic by {own[0]:.2f} and to the whole recording by {overall[0]:.2f}"


def _delivery(reading: TalkReading, first: Ints, last: Ints) -> Floats:
    durations = reading.end_s - reading.start_s
    weighted = reading.total("liveliness", lambda: reading.liveliness * durations, first, last)
    values: Floats = weighted / np.maximum(reading.total("durations", lambda: durations, first, last), 0.1)
    return values


def _why_delivery(reading: TalkReading, first: int, last: int) -> str:
    entries = reading.talk.delivery
    here = entries[first : last + 1]
    level = sum(d.loudness_db for d in here) / len(here)
    pitch = sum(d.pitch_range for d in here) / len(here)
    usual = sum(d.pitch_range for d in entries) / len(entries)
    rates = [d.rate for d in here]
    return (
        f"voice {level:+.1f} dB, pitch over {pitch:.1f} semitones (usually {usual:.1f}), "
        f"{min(rates):.1f} to {max(rates):.1f} syllables a second"
    )


def _exchange(reading: TalkReading, first: Ints, last: Ints) -> Floats:
    """A question with its answer: 1 when the answer is whole, the share of it that is heard otherwise."""
    ends = reading.answers[first]
    heard = np.clip((last - first + 1) / np.maximum(ends - first + 1, 1), 0.0, 1.0)
    beyond = np.maximum(last - ends, 0) / np.maximum(last - first + 1, 1)
    asked = (ends >= 0) & (last > first)
    values: Floats = np.where(asked, np.maximum(0.2 + 0.8 * heard**2 - 0.5 * beyond, 0.05), 0.0)
    if not reading.talk.speakers:
        return values
    count = len(reading.marks)
    other = reading.column("answered", lambda: (_is_answered_by_another(reading, index) for index in range(count)))
    return values * np.where(other[first] > 0, 1.0, 0.5)


def _is_answered_by_another(reading: TalkReading, first: int) -> bool:
    speakers = reading.talk.speakers
    return any(name != speakers[first] for name in speakers[first + 1 : int(reading.answers[first]) + 1])


def _why_exchange(reading: TalkReading, first: int, last: int) -> str:
    end = int(reading.answers[first])
    asked = next(index for index in range(first, last + 1) if reading.marks[index].question or index == last)
    whole = "its whole answer" if last >= end else "a part of its answer"
    return f"a question and {whole}: {quote(reading.talk.sentences[asked].text)}"


def _story(reading: TalkReading, first: Ints, last: Ints) -> Floats:
    marks = reading.marks
    opens = reading.column("story", lambda: (any(mark.story for mark in marks[i : i + 2]) for i in range(len(marks))))
    turns = reading.total("turns", lambda: (mark.turns for mark in marks), first, last)
    arrives = reading.column("arrives", lambda: (mark.conclusion is not None for mark in marks))
    heard = np.minimum(turns, 3)
    values: Floats = opens[first] * (0.3 + 0.13 * heard + 0.31 * arrives[last])
    return values


def _why_story(reading: TalkReading, first: int, last: int) -> str:
    opening = next((mark.story for mark in reading.marks[first : min(first + 2, last + 1)] if mark.story), None)
    if opening is None:
        return ""
    turns = sum(mark.turns for mark in reading.marks[first : last + 1])
    end = reading.marks[last].conclusion
    text = f"tells a story: “{opening.quote}”" + (f", {turns} {'turn' if turns == 1 else 'turns'}" if turns else "")
    return text + (f", and arrives: “{end.quote}”" if end else "")


FEATURES: tuple[Feature, ...] = (
    Feature("hook", "words", _hook, _why_hook, found=True),
    Feature("warm_up", "english", _warm_up, _why_warm_up, found=True),
    Feature("leans", "english", _leans, _why_leans, found=True),
    Feature("payoff", "words", _payoff, _why_payoff, found=True),
    Feature("open_end", "words", _open_end, _why_open_end, found=True),
    Feature("begins", "words", _begins, _why_begins, found=True),
    Feature("exchange", "words", _exchange, _why_exchange, found=True),
    Feature("story", "english", _story, _why_story, found=True),
    Feature("one_topic", "vectors", _one_topic, _why_one_topic),
    Feature("central", "vectors", _central, _why_central),
    Feature("specific", "words", _specific, _why_specific, found=True),
    Feature("density", "words", _density, _why_density),
    Feature("fillers", "words", _fillers, _why_fillers, found=True),
    Feature("delivery", "delivery", _delivery, _why_delivery),
)
