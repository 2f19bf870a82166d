"""`names.toml` in AUTOMAGIC_HOME: a person's names, read and checked. All faults are told at once, with their lines.

[names."Siobhan"]
say = "shi-VAWN"            what the voice says, in ordinary letters; it finds the stress
say_ipa = "ʃɪˈvɔːn"         or its sounds, for voices that take them
heard = ["Shavonne"]        what a recogniser writes for it

[names."AutoMagic"]
spelled = "AutoMagic"       how it is written everywhere
keep = true                 never translated, cut, or broken over lines
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from automagic.data import shipped
from automagic.language.names.entries import NO_NAMES, NameEntry, NameList
from automagic.language.text.sentences import split_words
from automagic.language.text.signs import peel
from automagic.reading.json import parse_json
from automagic.reading.tables import Fault, read_tables

FILE_NAME = "names.toml"

MOST_NAMES = 2000
LONGEST_NAME = 80
LONGEST_SAID = 160
"""Characters of a respelling, or of its sounds."""
MOST_HEARD = 20

_KEYS = ("say", "say_ipa", "spelled", "heard", "keep")
_TABLE = "names"
_HINT = f'{FILE_NAME} has a table for each name: [names."Siobhan"], and in it {", ".join(_KEYS)}. See the README.'
_JOINERS = "\u200c\u200d"  # which the names of some scripts need
_MARKS = " ˈˌː̃"
_PLAIN_IPA = str.maketrans({"'": "ˈ", "’": "ˈ", ",": "ˌ", ":": "ː", "g": "ɡ", ".": "", "‿": "", "͡": ""})


def load_names(home: Path) -> NameList:
    """The person's names; none without a file.

    Args:
        home: AUTOMAGIC_HOME.

    Raises:
        ConfigurationError: Naming everything that is wrong in the file, with its line.
    """
    path = home / FILE_NAME
    if not path.exists():
        return NO_NAMES
    tables = read_tables(path, _find_faults, what="a file of names", hint=_HINT)
    return NameList(tuple(_entry(name, table) for name, table in tables.get(_TABLE, {}).items()))


def plain_ipa(text: str) -> str:
    """Sounds as people copy them, in the letters of IPA: "/ʃɪ'vɔ:n/" is "ʃɪˈvɔːn"."""
    bare = unicodedata.normalize("NFC", " ".join(text.split()))
    bare = bare[1:-1] if re.fullmatch(r"/[^/]+/|\[[^\[\]]+\]", bare) else bare
    return bare.translate(_PLAIN_IPA).strip()


def _entry(name: str, table: Mapping[str, Any]) -> NameEntry:
    return NameEntry(
        _tidy(name),
        _tidy(table.get("say", "")),
        plain_ipa(table.get("say_ipa", "")),
        _tidy(table.get("spelled", "")),
        tuple(_tidy(one) for one in table.get("heard", ())),
        table.get("keep", False),
    )


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _find_faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
    for table in tables:
        if table != _TABLE:
            near = get_close_matches(table, [_TABLE], n=1)
            meant = 'did you mean [names."…"]?' if near else f'a name stands in [names."{_shown(table)}"]'
            yield table, "", f"{_shown(table)} is not a valid table: {meant}"
    names = tables.get(_TABLE, {})
    if not isinstance(names, dict):
        yield "", _TABLE, 'names must have a table for each name, such as [names."Siobhan"]'
        return
    if len(names) > MOST_NAMES:
        yield _TABLE, "", f"there are {len(names)} names; at most {MOST_NAMES} are read"
        return
    for name, table in names.items():
        for key, fault in (*_name_faults(name), *_entry_faults(table)):
            yield (_TABLE, name), key, f"{_shown(name)}: {fault}"
    yield from _find_doubles({name: table for name, table in names.items() if isinstance(table, dict)})


def _name_faults(name: str) -> Iterator[tuple[str, str]]:
    if fault := _text_fault(name, LONGEST_NAME):
        yield "", f"a name must be {fault}"
    elif not _is_named(name):
        yield "", "a name needs at least one letter or digit"


def _entry_faults(table: object) -> Iterator[tuple[str, str]]:
    """Each key of a name that is wrong, "" for the whole, and how."""
    if not isinstance(table, dict):
        yield "", 'must be a table with keys, such as say = "shi-VAWN"'
        return
    for key in table:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1, cutoff=0.5)
            yield (
                key,
                f"{_shown(key)} is not a valid key: "
                + (f"did you mean {near[0]}?" if near else f"there are {', '.join(_KEYS)}"),
            )
    for key, most in (("say", LONGEST_SAID), ("say_ipa", LONGEST_SAID), ("spelled", LONGEST_NAME)):
        value = table.get(key)
        if value is not None and (fault := _text_fault(value, most)):
            yield key, f"{key} must be {fault}"
        elif value is not None and (fault := _KEY_FAULTS[key](value)):
            yield key, fault
    heard = table.get("heard", [])
    if not isinstance(heard, list) or len(heard) > MOST_HEARD:
        yield "heard", f'heard must be a list of at most {MOST_HEARD} texts, such as ["Shavonne"]'
    else:
        for one in heard:
            if fault := _text_fault(one, LONGEST_NAME) or ("" if _is_named(one) else "words"):
                yield "heard", f"each of heard must be {fault}, not {_shown(one)}"
    if not isinstance(table.get("keep", False), bool):
        yield "keep", f"keep must be true or false, not {_shown(table['keep'])}"


def _text_fault(value: object, most: int) -> str:
    """What a text must be that this one is not; "" when it is."""
    if not isinstance(value, str):
        return f"a text in quotation marks, not {_shown(value)}"
    if not value.strip():
        return "a text that is not empty"
    if len(value) > most:
        return f"at most {most} characters, not {len(value)}"
    if any(not (character.isprintable() or character in _JOINERS) for character in value):
        return "one line without control characters"
    return ""


def _say_fault(text: str) -> str:
    odd = [c for c in text if not (unicodedata.category(c)[0] in "LM" or c in " -‐'’.,") or "\u0250" <= c < "\u0300"]
    if odd or not any(c.isalpha() for c in text):
        what = f"“{odd[0]}” in it" if odd else "no letter in it"
        return f"say has {what}: write how it sounds in ordinary letters, such as shi-VAWN; sounds in IPA go to say_ipa"
    return ""


def _ipa_fault(text: str) -> str:
    sounds = plain_ipa(text)
    odd = [c for c in sounds if c not in _sounds()]
    if odd:
        return f"say_ipa has “{odd[0]}”, which is no sound of IPA that a voice here knows; see say for ordinary letters"
    return "" if any(c not in _MARKS for c in sounds) else "say_ipa has no sound in it"


def _spelled_fault(text: str) -> str:
    return "" if _is_named(text) else "spelled needs at least one letter or digit"


_KEY_FAULTS = {"say": _say_fault, "say_ipa": _ipa_fault, "spelled": _spelled_fault}


def _sounds() -> frozenset[str]:
    """What the default voice can say: letters of IPA, marks of stress and length, the space."""
    table = shipped("voices/kokoro-symbols.json")
    known = parse_json(table.read_bytes(), name=table.name)
    return frozenset(one for one in known if one in _MARKS or (one.isalpha() and not one.isupper()))


def _is_named(text: str) -> bool:
    return all(any(c.isalnum() for c in peel(word)[1]) or word == "&" for word in split_words(text)) and any(
        c.isalnum() for c in text
    )


def _find_doubles(names: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    """Names that stand for the same, so that nobody could tell which is meant."""
    owners: dict[str, str] = {_tidy(name): name for name in reversed(list(names))}
    for name in names:
        if owners[_tidy(name)] != name:
            yield (_TABLE, name), "", f"{_shown(name)}: it stands there twice"
    taken = {tidy.casefold(): name for tidy, name in owners.items()}
    for name, table in names.items():
        heard = table.get("heard", [])
        for one in heard if isinstance(heard, list) else ():
            other = taken.setdefault(_tidy(one).casefold(), name) if isinstance(one, str) else name
            if other != name:
                yield (_TABLE, name), "heard", f"{_shown(name)}: {_shown(one)} already stands for {_shown(other)}"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    plain = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return plain if len(plain) <= 40 else plain[:40] + "…"
