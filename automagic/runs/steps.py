"""What a step is, and how its key is computed.

A step is a module-level async function marked `@step(name, version)`. Its first argument is a `StepContext`, outside
the key; all others are canonical values: frozen dataclasses, tuples, strings, numbers, artifacts (by content hash).
Never a path: a path says nothing about what is in it.

    key = sha256(name, version, take if creative, {argument name: canonical value})
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cached_property
from types import ModuleType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, get_type_hints

import msgspec

from automagic.reading.json import parse_json
from automagic.runs.context import StepContext
from automagic.values.artifact import Artifact

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Quote:
    """What a vendor is expected to ask for a step, in US dollars."""

    vendor: str
    usd: Decimal


@dataclass(frozen=True)
class Step(Generic[Inputs, Result]):
    """A step's definition.

    Attributes:
        name: As `--redo` and the summary show it; unique.
        version: Raised whenever the same inputs give another result.
        function: What carries it out.
        creative: Whether `--take` asks for another variant of it.
        plannable: Whether `--plan` may carry it out: it costs nothing and yields only a value.
        forecast: For `--plan`, when it is not plannable: a likely result.
        price: For `--plan`: what a vendor will ask for it; None for nothing.
        later: Arguments that came when the step was there already: at their defaults they are no part of the key, so
            that what was made before is known.

    `plannable`, `forecast` and `price` are given those of the step's arguments that they name; `price` may name
    `services` as well.
    """

    name: str
    version: int
    function: Callable[Concatenate[StepContext[Any], Inputs], Awaitable[Result]]
    creative: bool = False
    plannable: bool | Callable[..., bool] = False
    forecast: Callable[..., Any] | None = None
    price: Callable[..., Quote | None] | None = None
    later: tuple[str, ...] = ()

    def may_run_in_plan(self, arguments: Mapping[str, Any]) -> bool:
        """Whether `--plan` may carry it out with these arguments."""
        return _call(self.plannable, arguments) if callable(self.plannable) else self.plannable

    async def carry_out(self, context: StepContext[Any], arguments: Mapping[str, Any]) -> Result:
        """What the function makes of these arguments."""
        function: Callable[..., Awaitable[Result]] = self.function
        return await function(context, **arguments)

    def foresee(self, arguments: Mapping[str, Any], services: Any) -> tuple[Any, Quote | None]:
        """A likely result for a plan, and what a vendor will ask for it."""
        if self.forecast is None:
            raise RuntimeError(f"step {self.name} can neither run in a plan nor be forecast")
        quote = _call(self.price, {**arguments, "services": services}) if self.price else None
        return _call(self.forecast, arguments), quote

    @cached_property
    def signature(self) -> inspect.Signature:
        """The function's signature without the context."""
        signature = inspect.signature(self.function)
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    @cached_property
    def result_type(self) -> Any:
        """The type that a remembered result is decoded to."""
        return get_type_hints(self.function)["return"]

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of `function(context, *args, **kwargs)` by name, defaults included.

        Raises:
            TypeError: They do not fit the function.
        """
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)

    def key(self, arguments: Mapping[str, Any], *, take: int = 1) -> str:
        """The sha256 of everything that can change the result of the function with these arguments.

        Returns:
            64 lower-case hexadecimal digits.

        Raises:
            TypeError: An argument has no canonical form (a path, a set).
        """
        identity = [self.name, self.version, take if self.creative else 1, self._counted(arguments)]
        try:
            canonical = msgspec.json.encode(identity, order="deterministic")
        except TypeError as error:
            raise TypeError(f"step {self.name}: an input has no canonical form: {error}") from error
        return hashlib.sha256(canonical).hexdigest()

    def _counted(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What of the arguments is in the key."""
        defaults = self.signature.parameters
        return {
            name: value
            for name, value in arguments.items()
            if name not in self.later or value != defaults[name].default
        }

    def encode(self, result: Result) -> str:
        """The result as canonical JSON."""
        return msgspec.json.encode(result, order="deterministic").decode()

    def decode(self, text: str) -> Result:
        """The result that `encode` wrote.

        Raises:
            MalformedText: The text does not have the result's type (written by other code).
        """
        decoded: Result = parse_json(text, name=f"the result of {self.name}", type=self.result_type)
        return decoded


def step(
    name: str,
    version: int,
    *,
    creative: bool = False,
    plannable: bool | Callable[..., bool] = False,
    forecast: Callable[..., Any] | None = None,
    price: Callable[..., Quote | None] | None = None,
    later: tuple[str, ...] = (),
) -> Callable[
    [Callable[Concatenate[StepContext[Any], Inputs], Awaitable[Result]]],
    Step[Inputs, Result],
]:
    """Mark a module-level async function as a step; see `Step` for the arguments."""

    def mark(function: Callable[Concatenate[StepContext[Any], Inputs], Awaitable[Result]]) -> Step[Inputs, Result]:
        if function.__qualname__ != function.__name__:
            raise TypeError(f"step {name}: must be a module-level function, so that nothing hides in a closure")
        return Step(name, version, function, creative, plannable, forecast, price, later)

    return mark


def _call(function: Callable[..., Any], known: Mapping[str, Any]) -> Any:
    """What a function gives for those arguments that it names."""
    return function(**{name: known[name] for name in inspect.signature(function).parameters if name in known})


def steps_in(*modules: ModuleType) -> tuple[Step[Any, Any], ...]:
    """The steps that modules define; one that a module only imports is not its own."""
    return tuple(
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Step) and value.function.__module__ == module.__name__
    )


def find_artifacts(value: Any) -> tuple[Artifact, ...]:
    """Every artifact inside a result, in order of appearance, each once."""
    found: dict[str, Artifact] = {}

    def visit(part: Any) -> None:
        if isinstance(part, Artifact):
            found.setdefault(part.sha256, part)
        elif is_dataclass(part):
            for item in fields(part):
                visit(getattr(part, item.name))
        elif isinstance(part, list | tuple):
            for entry in part:
                visit(entry)
        elif isinstance(part, Mapping):
            for entry in part.values():
                visit(entry)

    visit(value)
    return tuple(found.values())
