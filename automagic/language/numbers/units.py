"""Units and currencies: how they are written, and how they are said in English."""

from __future__ import annotations

from automagic.data import words

_WORDS = words("units")

# Written → (one, many).
UNITS: dict[str, tuple[str, str]] = {unit: tuple(names) for unit, names in _WORDS["units"].items()}


# The micro sign and the Greek letter look alike, and both are written.
UNITS |= {unit.replace("µ", "μ"): names for unit, names in UNITS.items()}


# Units that stand apart from their number often enough to be something else: "5 s" is rare, "7 B" and "3 K" are names.
NOT_APART = frozenset(_WORDS["not_apart"])


SCALE_WORDS: dict[str, int] = {
    "hundred": 2, "hundreds": 2, "thousand": 3, "thousands": 3, "million": 6, "millions": 6, "billion": 9,
    "billions": 9, "trillion": 12, "trillions": 12, "lakh": 5, "lakhs": 5, "crore": 7, "crores": 7,
}  # fmt: skip
"""The powers of ten by their English names; other languages have theirs in `values`."""
SHORT_SCALES: dict[str, int] = {
    "k": 3, "K": 3, "m": 6, "M": 6, "mn": 6, "mm": 6, "b": 9, "B": 9, "bn": 9, "T": 12, "tn": 12, "trn": 12,
}  # fmt: skip
"""The same written short, right behind the digits."""
SAID_SCALES = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}


# Symbol → (one, many, hundredth, hundredths).
CURRENCIES: dict[str, tuple[str, str, str, str]] = {
    symbol: tuple(names) for symbol, names in _WORDS["currencies"].items()
}
