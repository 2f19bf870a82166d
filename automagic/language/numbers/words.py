"""Numbers that are spelled out, joined before anything is read of them: a part of a number is another number.

"two hundred million litres"    ──▶ 200 | million | litres
"one thousand five hundred"     ──▶ 1500
"twenty-six", "two and a half"  ──▶ 26, 2.5
"nineteen eighty-four"          ──▶ one token that is no number
"five thousand", "two million"  ──▶ as they are
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automagic.language.numbers.units import SCALE_WORDS
from automagic.language.numbers.values import Number, find_numbers
from automagic.language.text.tokens import Token

SCALES = {word: 10.0**exponent for word, exponent in SCALE_WORDS.items() if exponent > 2 and not word.endswith("s")}


def join_numbers(tokens: Sequence[Token]) -> tuple[list[Token], list[int]]:
    """The tokens with each spelled-out number as one, and a scale of a million or more behind it.

    Returns:
        The tokens, and for each of them, and for the end, where it began among those that were given.
    """
    joined: list[Token] = []
    origins: list[int] = []
    index = 0
    for first, end, texts in _spelled(tokens):
        joined += tokens[index:first]
        origins += range(index, first)
        joined += [Token(text, "CRD", "", binds=True) for text in texts[:-1]]
        joined.append(Token(texts[-1], "CRD", tokens[end - 1].stop, tokens[end - 1].binds))
        origins += [first, end - 1][: len(texts)]
        index = end
    return [*joined, *tokens[index:]], [*origins, *range(index, len(tokens) + 1)]


def _spelled(tokens: Sequence[Token]) -> Iterator[tuple[int, int, list[str]]]:
    """The tokens from which and before which a number reaches, and what stands for it; what one word says is left."""
    text, starts, ends = "", {}, {}
    for index, token in enumerate(tokens):
        starts[len(text)] = index
        text += token.text
        ends[len(text.rstrip(","))] = index + 1
        text += f"{token.stop} "
    found = [
        (starts[number.start], ends[number.end], number)
        for number in find_numbers(text)
        if number.kind in {"words", "year"} and number.start in starts and number.end in ends  # not of "five-year"
    ]
    while found:
        first, end, number = found.pop(0)
        together = [number]
        while found and found[0][0] == end and not tokens[end - 1].stop and tokens[end - 1].text[-1:] != ",":
            _, end, behind = found.pop(0)
            together.append(behind)
        words = " ".join(token.text for token in tokens[first:end])
        if len(together) > 1 or number.kind == "year" or words.lower().startswith("half"):
            yield first, end, [words]  # "seven thirty"
        elif len(parts := words.lower().replace("-", " ").split()) > 2 or (len(parts) == 2 and parts[1] not in SCALES):
            yield first, end, _digits_of(number, parts[-1].strip(",."))


def _digits_of(number: Number, last_word: str) -> list[str]:
    """As newspapers write it: "200", "million"; "42,000"; "1500", which may be a year; "2.5"."""
    value, scale = float(number.value), SCALES.get(last_word, 1.0)
    shown = value / scale
    if scale >= 1e6 and shown < 1e3 and round(shown, 2) == shown:
        return [f"{shown:g}", last_word]
    if value != round(value):
        return [f"{value:g}"]
    return [f"{value:,.0f}" if value >= 1e4 else f"{value:.0f}"]
