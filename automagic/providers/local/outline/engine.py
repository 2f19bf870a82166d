"""The writer of last resort: a generic outline for a bare topic, with nothing but this machine.

It knows nothing of the topic and says so: questions to answer, things to look at, never a fact.
"""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata

from automagic.errors import RequestError
from automagic.language.script.file import number_repetitions, scene_id
from automagic.language.speech.pace import estimate_s
from automagic.language.speech.spoken import spoken_sentences
from automagic.language.text.sentences import clean_text
from automagic.values.script import Scene, Script

MAX_TOPIC = 200
NOTICE = (
    "This text is a generic outline: it holds questions about the topic, no facts. "
    "Use --source FILE or --script FILE for real content."
)

# Each entry is (what is asked for, variants); {t} is the topic as the person wrote it.
_OPENINGS = (
    "What do you really know about {t}?",
    "How much of what you believe about {t} have you ever checked?",
    "If you had one minute to explain {t}, where would you begin?",
    "What is the first question to ask about {t}?",
    "Everyone has heard of {t}, but can you explain it?",
)
_BODY = (
    (
        "Start with the plain meaning: what is it, in one sentence a child would follow?",
        "Begin with a definition: say what it is, and what it is not.",
        "First, name it in your own words, without any jargon.",
    ),
    (
        "Then look at where it began, and what problem it was meant to solve.",
        "Next, ask how it started, and what came before it.",
        "Now look back: when did it first matter, and to whom?",
    ),
    (
        "Ask who it touches: who gains, who pays, and who is never asked.",
        "Look at the people: who makes it, who uses it, and who lives with it?",
        "Who decides about it, and who only feels the results?",
    ),
    (
        "Find one number that shows its size, and note where that number comes from.",
        "Look for one figure you can trust, and write down its source.",
        "Which single measurement would tell you most about it?",
    ),
    (
        "Pick one concrete example, the kind you can point at.",
        "Choose one place where you can see it with your own eyes.",
        "Describe one ordinary day on which it makes a difference.",
    ),
    (
        "Compare it with what it replaced: what got better, and what got worse?",
        "Set two examples side by side: what do they share, and where do they differ?",
        "Ask what it costs and what it gives, and put both in one sentence.",
    ),
    (
        "Look for the common mistake: what do most people get wrong?",
        "Ask what experts still argue about, and why.",
        "Which popular claim about it deserves a second look?",
    ),
    (
        "Think ahead: what would have to happen for it to look different in ten years?",
        "Ask what is changing right now, and how you would notice.",
        "What would surprise you if you came back to it in a year?",
    ),
    (
        "Decide what you can do yourself, today, in ten minutes.",
        "Choose one small step that would teach you more than reading.",
        "Name one person you could ask, and one question for them.",
    ),
)
_CLOSINGS = (
    "Answer one of these questions, and you will know more about {t} than you did a minute ago.",
    "Take one question about {t} with you, and find its answer before tonight.",
    "So: which question about {t} will you answer first?",
    "The best way into {t} is one good question, followed all the way.",
)


def write_outline(topic: str, *, duration_s: float, language: str = "en", take: int = 1) -> Script:
    """A script of questions about `topic` that fills about `duration_s` seconds.

    The same topic and take give the same text; the text is English whatever the language, which a notice says.

    Raises:
        RequestError: The topic is empty, has no letter or digit, or is above 200 characters.
    """
    subject = clean_topic(topic)
    seed = hashlib.sha256(f"{subject}\n{take}".encode()).digest()
    chance = random.Random(seed)  # noqa: S311 - variety that can be repeated, not a secret
    opening = chance.choice(_OPENINGS).format(t=subject)
    closing = chance.choice(_CLOSINGS).format(t=subject)
    order = [0, *sorted(chance.sample(range(1, len(_BODY)), len(_BODY) - 1))]
    body = [chance.choice(_BODY[index]) for index in order]
    dropped = list(range(1, len(body)))
    chance.shuffle(dropped)
    kept = set(range(len(body)))
    while len(kept) > 1 and _seconds([opening, *(body[i] for i in sorted(kept)), closing]) > duration_s:
        kept.discard(dropped.pop())
    lines = [opening, *(body[index] for index in sorted(kept)), closing]
    ids = number_repetitions([scene_id(line) for line in lines])
    notices = [NOTICE]
    if not language.lower().startswith("en"):
        notices.append(f"The outline is written in English; the language “{language}” was not used.")
    return Script(
        title=subject[:1].upper() + subject[1:],
        scenes=tuple(Scene(id=name, text=line) for name, line in zip(ids, lines, strict=True)),
        language="en",
        writer="outline",
        notices=tuple(notices),
    )


def clean_topic(topic: str) -> str:
    """`topic` on one line, without control, format and markup characters, and without a final period.

    Raises:
        RequestError: As `write_outline`.
    """
    visible = "".join(
        " " if c.isspace() or unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in unicodedata.normalize("NFC", clean_text(topic))
        if c.isspace() or unicodedata.category(c) not in {"Cf", "Co", "Cn", "Cs"} or c == "\u200d"
    )
    subject = " ".join(re.sub(r"[<>{}\[\]`|\\]|^[#*\s]+", " ", visible).split()).strip(" .,;:!?-–—\"'")
    if len(subject) > MAX_TOPIC:
        raise RequestError(
            f"The topic has {len(subject)} characters; at most {MAX_TOPIC} make a title.",
            hint="Give a short topic, and put the text itself in a file: --source FILE or --script FILE.",
        )
    if not any(c.isalnum() for c in subject):
        raise RequestError(
            "The topic has no words in it.", hint='Name what the video is about, such as "how tides work".'
        )
    return subject


def _seconds(lines: list[str]) -> float:
    """How long the lines take to say, at 2.5 words a second with 0.3 s between sentences."""
    sentences = [sentence for line in lines for sentence in spoken_sentences(line)]
    words = sum(len(token.spoken) for sentence in sentences for token in sentence.tokens)
    return estimate_s(words, len(sentences))
