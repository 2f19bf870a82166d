"""The names of a person's list, and where they stand in a text.

    "“Siobhan’s”"   ──▶  “ | Siobhan | ’s | ”        a name may have a possessive or a hyphen behind it
    "Ana Ruiz,"     ──▶  Ana Ruiz | ,                and several words, between which nothing else stands

Capitals count: "Polish" is not "polish". They do not where an entry says how its name is spelled, or is in small
letters itself, and nobody minds a text all in capitals.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from automagic.language.text.sentences import split_words
from automagic.language.text.signs import peel

_BEHIND = re.compile(r"['’](?:s|S)?|[-‐‑–—].+", re.DOTALL)
_STEM = re.compile(r"['’‐‑–—-]")


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One name of the list.

    Attributes:
        name: As texts have it; one word or several.
        say: What the voice says instead, in ordinary letters; "" for the name itself.
        say_ipa: Its sounds in IPA, for voices that take them; may be empty.
        spelled: How it is written everywhere; "" leaves it as each text has it.
        heard: What a recogniser writes for it.
        keep: Whether it is never translated, cut or broken over lines.
    """

    name: str
    say: str = ""
    say_ipa: str = ""
    spelled: str = ""
    heard: tuple[str, ...] = ()
    keep: bool = False

    @property
    def written(self) -> str:
        """As it is written."""
        return self.spelled or self.name


@dataclass(frozen=True, slots=True)
class NameSpan:
    """Where a name stands among words.

    Attributes:
        first, end: Its words, [first, end).
        text: The name as it stands there.
        lead, trail: Punctuation around it.
        behind: What is joined to its last word: "’s", "-led"; mostly empty.
    """

    first: int
    end: int
    entry: NameEntry
    text: str
    lead: str = ""
    behind: str = ""
    trail: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a name: its words without outer punctuation, and whether capitals do not count."""

    entry: NameEntry
    cores: tuple[str, ...]
    inner: tuple[tuple[str, str], ...]
    trail: str
    loose: bool


@dataclass(frozen=True)
class NameList:
    """The person's list, in the order of the file."""

    entries: tuple[NameEntry, ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        """The names that are never cut or broken, as they are written."""
        return tuple(dict.fromkeys(entry.written for entry in self.entries if entry.keep))

    @property
    def hints(self) -> tuple[str, ...]:
        """Every name as it is written: what a recogniser may expect to hear."""
        return tuple(dict.fromkeys(entry.written for entry in self.entries))

    def find(self, words: Sequence[str], *, heard: bool = False) -> tuple[NameSpan, ...]:
        """Where names stand, in order, the longest where several begin at one word.

        Args:
            words: As of `split_words`.
            heard: Whether what recognisers write for a name counts as well.
        """
        forms = self._heard if heard else self._forms
        if not forms:
            return ()
        parts = [_take_apart(word) for word in words]
        spans: list[NameSpan] = []
        at = 0
        while at < len(words):
            span = next(filter(None, (_match(form, parts, at) for form in forms.get(_key(parts[at][1]), ()))), None)
            if span is not None:
                spans.append(span)
            at = span.end if span is not None else at + 1
        return tuple(spans)

    def of(self, *texts: str) -> NameList:
        """The entries whose names stand in one of these texts: all that a step needs of the list."""
        found = {span.entry for text in texts for span in self.find(split_words(text))} if self.entries else set()
        return NameList(tuple(entry for entry in self.entries if entry in found))

    @cached_property
    def _forms(self) -> dict[str, tuple[_Form, ...]]:
        return _index(_forms_of(self.entries))

    @cached_property
    def _heard(self) -> dict[str, tuple[_Form, ...]]:
        said = (_form(entry, text, loose=True) for entry in self.entries for text in entry.heard)
        return _index((*_forms_of(self.entries), *said))


NO_NAMES = NameList()


def _forms_of(entries: Sequence[NameEntry]) -> Iterator[_Form]:
    for entry in entries:
        for text in dict.fromkeys((entry.name, entry.written)):
            yield _form(entry, text, loose=bool(entry.spelled) or text == text.lower())


def _form(entry: NameEntry, text: str, *, loose: bool) -> _Form:
    parts = [_take_apart(word) for word in split_words(text)]
    return _Form(
        entry,
        tuple(core for _, core, _ in parts),
        tuple((before[2], after[0]) for before, after in itertools.pairwise(parts)),
        parts[-1][2],
        loose,
    )


def _index(forms: Iterable[_Form]) -> dict[str, tuple[_Form, ...]]:
    """By the beginning of their first word, the longest first."""
    found: dict[str, list[_Form]] = {}
    for form in forms:
        found.setdefault(_key(form.cores[0]), []).append(form)
    return {key: tuple(sorted(many, key=lambda form: -len(form.cores))) for key, many in found.items()}


def _take_apart(word: str) -> tuple[str, str, str]:
    lead, core, trail = peel(unicodedata.normalize("NFC", word))
    return (lead, core, trail) if core else ("", lead, trail)


def _key(core: str) -> str:
    return _STEM.split(core.casefold(), maxsplit=1)[0]  # what is joined to a name is none of it


def _match(form: _Form, parts: Sequence[tuple[str, str, str]], at: int) -> NameSpan | None:
    end = at + len(form.cores)
    if end > len(parts):
        return None
    here = parts[at:end]
    if any(part[2] + following[0] != "".join(joint) for part, following, joint in _joints(here, form)):
        return None
    *inner, last = form.cores
    if not all(_is_same(part[1], core, loose=form.loose) for part, core in zip(here, inner, strict=False)):
        return None
    core = here[-1][1]
    behind = core[len(last) :]
    if not _is_same(core[: len(last)], last, loose=form.loose) or not (not behind or _BEHIND.fullmatch(behind)):
        return None
    own = form.trail if not behind and here[-1][2].startswith(form.trail) else ""
    text = " ".join((*(part[1] + part[2] for part in here[:-1]), core[: len(last)] + own))
    return NameSpan(at, end, form.entry, text, here[0][0], behind, here[-1][2][len(own) :])


def _joints(
    parts: Sequence[tuple[str, str, str]], form: _Form
) -> Iterator[tuple[tuple[str, str, str], tuple[str, str, str], tuple[str, str]]]:
    return zip(parts, parts[1:], form.inner, strict=False)


def _is_same(text: str, name: str, *, loose: bool) -> bool:
    text, name = text.replace("’", "'"), name.replace("’", "'")
    return text in (name, name.upper()) or (loose and text.casefold() == name.casefold())
