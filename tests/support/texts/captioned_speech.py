"""A meeting as somebody says it, word by word, and good captions of it."""

from __future__ import annotations

import random
from itertools import pairwise

from automagic.language.transcript.caption_words import CheckedCue
from automagic.values.words import Word

TEXT = (
    "The council of Weirside met on Tuesday to vote about the budget of the coming year. Mayor Ann Oakley said that "
    "the library will stay open on Sundays, and that 24 new lamps will be put up along the river before March. "
    "Councillor Brown asked what they would cost; the answer was 310 dollars each, paid from last year's surplus. "
    "Two people from the street spoke against the plan, because the lamps would shine into their bedrooms. "
    "The chair thanked them and proposed shades, which everybody found a good idea, and the motion carried. "
)


def make_heard(repeats: int = 6, seed: int = 3) -> list[Word]:
    """Words as somebody says them, with breaths and pauses; no two paragraphs are said alike."""
    chance = random.Random(seed)  # noqa: S311 - made speech
    at, words = 1.0, []
    for number in range(repeats):
        text = TEXT.replace("Tuesday", f"day {number + 3}").replace("310", str(310 + 7 * number))
        for word in text.split():
            length = 0.12 + 0.045 * len(word) + chance.uniform(0, 0.08)
            words.append(Word(word, round(at, 3), round(at + length, 3)))
            at += length + (chance.uniform(0.3, 1.2) if word[-1] in ".;" else chance.uniform(0, 0.05))
    return words


def make_cues(words: list[Word], size: int = 8) -> list[CheckedCue]:
    """Good captions of them: eight words on two lines, from the first word on until the next cue."""
    parts = [words[at : at + size] for at in range(0, len(words), size)]
    ends = [after[0].start_s for _, after in pairwise(parts)] + [parts[-1][-1].end_s + 1.0]
    cues = []
    for part, end in zip(parts, ends, strict=True):
        texts = [word.text for word in part]
        cues.append(CheckedCue(part[0].start_s, end, " ".join(texts[:4]) + "\n" + " ".join(texts[4:])))
    return cues


HEARD = make_heard()
GOOD = make_cues(HEARD)
