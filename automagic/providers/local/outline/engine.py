"""The writer that knows nothing: a generic outline for a bare topic, with nothing but this machine.

It says so: questions to answer, things to look at, never a fact.
"""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata

from automagic.data import words
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

_OPENINGS: list[str] = words("outline")["openings"]
_BODY: list[list[str]] = words("outline")["body"]
_CLOSINGS: list[str] = words("outline")["closings"]


def write_outline(topic: str, *, duration_s: float, language: str = "en", take: int = 1) -> Script:
    """A script of questions about `topic` that fills about `duration_s` seconds.

    The same topic and take give the same text; the text is English whatever the language, which a notice says.

    Raises:
        RequestError: The topic is empty, has no letter or digit, or is above 200 characters.
    """
    subject = clean_topic(topic)
    seed = hashlib.sha256(f"{subject}\n{take}".encode()).digest()
    chance = random.Random(seed)  # noqa: S311 - variety that can be repeated, not a secret
    opening = chance.choice(_OPENINGS).format(t=subject + _end_mark(topic, subject))
    closing = chance.choice(_CLOSINGS)
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


def _end_mark(topic: str, subject: str) -> str:
    """What makes a sentence's end of a cleaned topic: what the person ended it with ("Save water!"), else a period."""
    if re.search(r"[.!?][\"'”’»]$|[…。？！؟।]$", subject):
        return ""
    end = topic.rstrip(" \t\r\n\"'")[-1:]
    return end if end in {"?", "!"} else "."


def _seconds(lines: list[str]) -> float:
    """How long the lines take to say, at 2.5 words a second with 0.3 s between sentences."""
    sentences = [sentence for line in lines for sentence in spoken_sentences(line)]
    words = sum(len(token.spoken) for sentence in sentences for token in sentence.tokens)
    return estimate_s(words, len(sentences))
