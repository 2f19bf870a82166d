"""Whole texts of every kind, composed by chance of the sentences in data/composed.toml, with what makes them true."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from automagic.language.kinds.contracts import KINDS
from tests.support.places import DATA


@dataclass(frozen=True, slots=True)
class ComposedText:
    """A text in Markdown, as a person writes one.

    Attributes:
        needs: For each sentence, pairs: who says the words of the first of it in this order says the second, too.
        never: Words that may not be said one behind the other.
    """

    name: str
    text: str
    needs: Mapping[str, tuple[tuple[str, str], ...]]
    never: tuple[str, ...]


@cache
def _frames() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "composed.toml").read_text("utf-8"))


def compose(seed: int) -> ComposedText:
    """The text of a seed; nine seeds in a row are one of each kind."""
    chance = random.Random(seed)  # noqa: S311 - a text is no secret
    kind = KINDS[seed % len(KINDS)]
    frames = _frames()
    own = frames[kind]
    values = {name: chance.choice(choices) for name, choices in frames["slots"].items()}
    sentences = chance.sample(own["own"], k=min(len(own["own"]), 4)) + chance.sample(frames["common"], k=8)
    chance.shuffle(sentences)
    parts = own.get("steps") or own.get("heads") or []
    chosen = chance.sample(parts, k=min(len(parts), chance.randint(4, 7)))
    values["number"] = str(len(chosen))
    blocks = [f"# {chance.choice(own['titles'])}", chance.choice(own["lead"])]
    blocks += _structure(kind, own, chosen)
    while sentences:
        size = chance.randint(1, 3)
        blocks.append(" ".join(one["say"] for one in sentences[:size]))
        del sentences[:size]
    blocks[2:] = _mixed(blocks[2:], chance)
    every = [*frames["common"], *own["own"]]
    return ComposedText(
        f"{kind}-{seed}.md",
        "\n\n".join(_with_capital(block.format(**values)) for block in blocks) + "\n",
        {
            one["say"].format(**values): tuple((a.format(**values), b.format(**values)) for a, b in one.get("with", ()))
            for one in every
        },
        tuple(words.format(**values) for one in every for words in one.get("never", ())),
    )


def _structure(kind: str, own: Mapping[str, Any], chosen: list[Any]) -> Iterator[str]:
    """The list, the steps or the table of a kind."""
    if kind == "how-to":
        yield "## You will need\n\n" + "\n".join(f"- {item}" for item in own["needed"])
        yield "## Steps\n\n" + "\n".join(f"{at}. {step}" for at, step in enumerate(chosen, 1))
    elif kind == "list":
        for at, (head, text) in enumerate(chosen, 1):
            yield f"## {at}. {head}\n\n{text}"
    elif kind == "launch":
        rows = ("First {many} buyers | ${cost} | not after {later} {day}", "Everybody else | $199 | no code needed")
        table = ["| Who | Price | How |", "|---|---|---|", *(f"| {row} |" for row in rows)]
        yield "## Prices\n\n" + "\n".join(table)


def _mixed(blocks: list[str], chance: random.Random) -> list[str]:
    """Plain paragraphs before the parts with headings, which would else take them in."""
    plain = [block for block in blocks if not block.startswith("#")]
    headed = [block for block in blocks if block.startswith("#")]
    return [*plain, *headed] if headed else chance.sample(plain, k=len(plain))


def _with_capital(block: str) -> str:
    """A block that begins with a value begins with a capital, too."""
    start = 2 if block.startswith("# ") else 0
    return block[:start] + block[start : start + 1].upper() + block[start + 1 :]
