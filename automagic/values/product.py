"""A product as it declares itself: what it can be asked for, and how it is carried out, named but not imported.

automagic/products/clips/__init__.py:   PRODUCT = Product("clips", (Operation(ClipsRequest, recipe="…:make_clips"),))

             ┌─▶ automagic clips, automagic jobs add clips, their flags and help
PRODUCT ─────┼─▶ kind = "clips" in a batch file, a schedule, a job
             ├─▶ studio.run(ClipsRequest(…)), studio.jobs.add(ClipsRequest(…))
             └─▶ JSON schema, names behind --redo, labels of its steps
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from automagic.errors import AutomagicError
from automagic.values.request import Request


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a product can be asked for.

    Attributes:
        request: Its type says which operation is meant.
        recipe: "module:function": an async function of the request and its run, which gives a `Result`.
        result: "module:class": what it gives.
        steps: The modules that define its steps; its run does no others.
        help: What the command does.
        job_help: What queueing it does.
        gather: "module:function": checks what a request names before it is queued, and adds those of its files that
            need more than being copied; see `Gathered`. "" when there are none.
        name: "" where the product can be asked for one thing only.
        examples: Command lines that its help ends with.
        door: From where it may be asked for: "here" what names places of this machine, "person" what publishes or
            removes at once, which over HTTP a person approves first.
    """

    request: type[Request]
    recipe: str
    result: str
    steps: tuple[str, ...]
    help: str
    job_help: str
    gather: str = ""
    name: str = ""
    examples: tuple[str, ...] = ()
    door: Literal["anywhere", "here", "person"] = "anywhere"

    def load_steps(self) -> tuple[ModuleType, ...]:
        """The modules of its steps."""
        return tuple(map(importlib.import_module, self.steps))


@dataclass(frozen=True, slots=True)
class Product:
    """What a person can ask for.

    Attributes:
        name: Of its folder, its command and its jobs.
        operations: What exactly; mostly one.
        labels: What a person reads for each step while it works, in the order of the work.
        help: Of its command, where it has several operations.
    """

    name: str
    operations: tuple[Operation, ...]
    labels: Mapping[str, str]
    help: str = ""

    @property
    def about(self) -> str:
        """What its command does, in a sentence."""
        return self.help or self.operations[0].help


def load(place: str) -> Any:
    """What is called "module:name".

    >>> load("decimal:Decimal")("0.5")
    Decimal('0.5')
    """
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


@dataclass(slots=True)
class Gathered:
    """The files that travel with a job.

    Attributes:
        files: By their names in the job: a path to copy, or the content.
        in_place: Those that are too large to be copied.
        changes: Fields of the request that are then something else, such as the names of these files.
        notices: What the person who queues it should know, such as its price.
    """

    files: dict[str, Path | bytes] = field(default_factory=dict)
    in_place: dict[str, Path] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


Ending = Literal["succeeded", "failed", "refused", "rejected"]


class Result:
    """The result of a request, for callers that know no product. A product's result is a frozen dataclass of it."""

    __slots__ = ()

    if TYPE_CHECKING:  # fields of the product's class; properties here would be taken for their defaults

        @property
        def run_id(self) -> str:
            """Of the run that made it."""

        @property
        def title(self) -> str:
            """What a person knows it by."""

        @property
        def folder(self) -> Path | None:
            """Where its files are; None when it has none, as in a plan."""

        @property
        def steps(self) -> Sequence[Any]:
            """The outcome of each step: the run's records."""

        @property
        def cost_usd(self) -> Decimal:
            """What vendors asked for."""

    @property
    def state(self) -> Ending:
        """How the run ends."""
        if self.complaint is None:
            return "succeeded"
        return "refused" if self.complaint.refusal else "failed"

    @property
    def complaint(self) -> AutomagicError | None:
        """What the caller is told at the end, with its exit code; None when all is there that was asked for."""
        return None

    @property
    def shortfall(self) -> AutomagicError | None:
        """Why a job that came to this has failed, its hint a clause without a stop; None when it has succeeded."""
        return self.complaint

    @property
    def question(self) -> str:
        """Of a plan: what the person is asked before it is carried out; "" where there is nothing to ask."""
        return ""

    @property
    def place(self) -> Path | None:
        """Where a person finds what was made: its folder, or one file."""
        return self.folder

    @property
    def record(self) -> dict[str, Any]:
        """What the database keeps of its run."""
        return {"folder": str(Path.cwd() / self.folder) if self.folder else "", "passed": self.complaint is None}

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps of it, plain data. "folder": where its files lie. "aside": where those that did not pass."""
        return {
            "title": self.title,
            "folder": str(self.folder) if self.folder else "",
            "cost_usd": float(self.cost_usd),
            "passed": self.complaint is None,
            "steps": count_steps(self.steps),
        }


def count_steps(records: Sequence[Any]) -> dict[str, int]:
    """How many steps were remembered, and how many were carried out."""
    return {state: sum(record.state == state for record in records) for state in ("hit", "miss")}
