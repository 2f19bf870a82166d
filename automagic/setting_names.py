"""Names in `.env` that look like settings but are not: OPENAI_APIKEY, THEME.

A person's `.env` may be shared with other programs. So a name is only told of when it is very near to a setting, a
setting's with words left out or ours before it, or a flag of ours.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from automagic.errors import ConfigurationError
from automagic.reading.env_file import env_files, read_env
from automagic.settings import known_settings

OURS = "AUTOMAGIC_"
DEFAULT = "DEFAULT_"
FLAGS = (
    "captions", "draft", "duration", "layout", "max_cost", "music", "platform", "privacy", "publish", "speed", "theme",
    "voice",
)  # fmt: skip
"""Flags that are easily taken for settings; others, such as --language, have names that other programs use too."""

ALIKE = 0.75
"""At least so much of two words is the same, by difflib's ratio, where one was meant for the other."""

_SETTINGS = tuple(setting.name for setting in known_settings())


def tell_unknown(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """A sentence for each name in a folder's `.env` that is meant for us and does nothing; of a file that is missing.

    A file that cannot be read has none: reading the settings says what is wrong with it.

    Args:
        environment: Is looked at too, for names that begin with AUTOMAGIC_ only; by default this process's.
    """
    surroundings = os.environ if environment is None else environment
    names: set[str] = set()
    try:
        for file in env_files(folder, surroundings):
            found = read_env(file)
            yield from (f"{name} in {file.name} {told}" for name in found if (told := explain_name(name)))
            names |= found.keys()
    except ConfigurationError:
        return
    if file.name != ".env" and not file.is_file():
        yield f"AUTOMAGIC_ENV names {file.name}, and there is no such file here."
    for name in surroundings:
        if name not in names and name.startswith(OURS) and (told := explain_name(name)):
            yield f"{name} in the environment {told}"


def explain_name(name: str) -> str:
    """Why a name does nothing, as the rest of a sentence; "" for a setting, and for what is somebody else's."""
    if name in _SETTINGS:
        return ""
    if (flag := name.upper().removeprefix(DEFAULT)).lower() in FLAGS and DEFAULT + flag not in _SETTINGS:
        return f"is not a setting of AutoMagic: give --{flag.lower().replace('_', '-')} with each command."
    meant = _find_meant(name.upper())
    return f"is not a setting of AutoMagic. Did you mean {' or '.join(meant)}?" if meant else ""


def _find_meant(name: str) -> list[str]:
    """The settings that a name may be meant for; at most three."""
    if name.lower() in FLAGS:
        return [DEFAULT + name]
    same = [setting for setting in _SETTINGS if _letters(name) in (_letters(setting), _letters(OURS + setting))]
    near = [setting for setting in _SETTINGS if is_near(name, setting)]
    words = name.split("_")
    longer = [setting for setting in _SETTINGS if len(words) > 1 and _leaves_out(words, setting.split("_"))]
    alike = [setting for setting in _SETTINGS if _differs_in_a_word(words, setting.split("_"))]
    return (same or near or longer or alike)[:3]


def _letters(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name)


def _leaves_out(words: list[str], all_words: list[str]) -> bool:
    """Whether a name has the words of a longer one, in order, its first among them: OPENAI_KEY."""
    rest = iter(all_words)
    return words[0] == all_words[0] and len(words) < len(all_words) and all(word in rest for word in words)


def _differs_in_a_word(words: list[str], all_words: list[str]) -> bool:
    """Whether one word is other than a setting's, and alike: BRAND_COLOUR, DEFAULT_LANG, but not DATABASE_USER."""
    if len(words) != len(all_words) or len(words) < 2:
        return False
    other = [pair for pair in zip(words, all_words, strict=True) if pair[0] != pair[1]]
    if len(other) != 1:
        return False
    shorter, longer = sorted(other[0], key=len)
    if longer.startswith(shorter):
        return len(shorter) >= 4
    return len(shorter) >= 5 and difflib.SequenceMatcher(None, shorter, longer).ratio() >= ALIKE


def is_near(name: str, setting: str) -> bool:
    """Whether one slip of the keyboard lies between two names: a letter more, less, other, or two changed places."""
    shorter, longer = sorted((name, setting), key=len)
    pairs = enumerate(zip(shorter, longer, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), len(shorter))
    left, right = shorter[same:], longer[same:]
    if len(left) < len(right):
        return right[1:] == left
    return left[1:] == right[1:] or (left[2:] == right[2:] and left[:2] == right[1::-1])
