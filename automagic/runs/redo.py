"""`--redo STEP[:subject]`: which steps are forgotten and done again."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from automagic.errors import RequestError

_SHOWN = 12
"""So many subjects are listed in a hint."""


@dataclass(frozen=True, slots=True)
class Redo:
    """Ask for one step to be forgotten and done again, for one subject or all."""

    name: str
    subject: str = ""

    @classmethod
    def parse(cls, text: str) -> Redo:
        """From `STEP` or `STEP:subject`."""
        name, _, subject = text.partition(":")
        return cls(name.strip(), subject.strip())

    def __str__(self) -> str:
        """As it is written behind `--redo`."""
        return f"{self.name}:{self.subject}" if self.subject else self.name

    def matches(self, name: str, subject: str) -> bool:
        """Whether it speaks of this step."""
        return self.name == name and (not self.subject or self.subject == subject)


def refuse_unknown(
    redos: Iterable[Redo], names: Collection[str], subjects: Collection[str] | None, what: str = "scene"
) -> None:
    """Refuse what names no step of a product, or nothing that a run has.

    Args:
        names: Of the product's steps.
        subjects: What the steps can be about; None while that is not known.
        what: A subject in the product's own word.

    Raises:
        RequestError: Naming it and what there is.
    """
    for redo in redos:
        if redo.name not in names:
            raise RequestError(f"--redo {redo}: there is no such step", hint=_offer("Steps", redo.name, sorted(names)))
        if redo.subject and subjects is not None and redo.subject not in subjects:
            known = sorted(subjects)
            raise RequestError(
                f"--redo {redo}: there is no {what} {redo.subject!r}",
                hint=_offer("There are", redo.subject, known, shown=_SHOWN),
            )


def _offer(lead: str, given: str, known: list[str], *, shown: int | None = None) -> str:
    near = difflib.get_close_matches(given.lower(), known, n=1)
    return (f"Did you mean {near[0]}? " if near else "") + f"{lead}: {', '.join(known[:shown])}."
