"""`--redo STEP[:subject]`: which steps are forgotten and done again."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from automagic.errors import RequestError

_SHOWN = 12
"""How many subjects a hint lists."""


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


class Redos:
    """What a run is asked to do again, and which of it its steps have come to.

    Args:
        asked: As a person writes it.
        steps: The names of the product's steps: a run does no others, so that none can be forgotten here. None for any.

    Raises:
        RequestError: What is asked for is none of them; the nearest is named.
    """

    def __init__(self, asked: Iterable[str] = (), steps: Collection[str] | None = None) -> None:
        self._asked = tuple(map(Redo.parse, asked))
        self._steps = steps
        self._met: set[Redo] = set()
        for redo in self._asked:
            if steps is not None and redo.name not in steps:
                hint = _offer("Steps", redo.name, sorted(steps))
                raise RequestError(f"--redo {redo}: there is no such step", hint=hint)

    @property
    def names(self) -> frozenset[str]:
        """The steps that are done again."""
        return frozenset(redo.name for redo in self._asked)

    @property
    def unmet(self) -> tuple[Redo, ...]:
        """What no step of the run was."""
        return tuple(redo for redo in self._asked if redo not in self._met)

    def expect(self, subjects: Collection[str], *, what: str = "scene") -> None:
        """Say what the steps can be about, once that is known.

        Args:
            what: A subject in the product's own word.

        Raises:
            RequestError: What is asked for is about none of them.
        """
        for redo in self._asked:
            if redo.subject and redo.subject not in subjects:
                hint = _offer("There are", redo.subject, sorted(subjects), shown=_SHOWN)
                raise RequestError(f"--redo {redo}: there is no {what} {redo.subject!r}", hint=hint)

    def meet(self, step: str, subject: str) -> bool:
        """Whether this step of the run is to be done again."""
        if self._steps is not None and step not in self._steps:
            raise RuntimeError(f"step {step} is not among the product's steps: --redo could not name it")
        met = {redo for redo in self._asked if redo.name == step and redo.subject in ("", subject)}
        self._met |= met
        return bool(met)


def _offer(lead: str, given: str, known: list[str], *, shown: int | None = None) -> str:
    near = difflib.get_close_matches(given.lower(), known, n=1)
    return (f"Did you mean {near[0]}? " if near else "") + f"{lead}: {', '.join(known[:shown])}."
