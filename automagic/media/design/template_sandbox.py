"""The sandbox in which a theme's templates run: they may name values, four functions and one another, and nothing else.

A template sees plain values only: text, numbers, true and false, lists and tables of those. It has no way to an object
with methods: `value.name` looks into a table, and what may be called is on a list.

    page.headline.box.width        an entry of a table of tables
    random.uniform(0, 1)           random.random() .uniform() .choice() .randint()
    icon(name, color, width, size) an icon's drawing
    mix(color, color, share)       a colour between two
    parts.text(block, fill)        a macro of another template of the theme
"""

from __future__ import annotations

import functools
import random
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jinja2 import (
    FunctionLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
)
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from automagic.errors import ConfigurationError
from automagic.media.design import icons
from automagic.media.design.palette import mix

MAX_TEXT = 2 << 20
"""Characters that a card's templates may write."""

MAX_REPEATS = 10_000
"""How often one loop over `range` may run, and how long a repeated text may be."""

FILTERS = frozenset(
    {
        "abs",
        "batch",
        "default",
        "escape",
        "first",
        "float",
        "int",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "max",
        "min",
        "px",
        "replace",
        "reverse",
        "round",
        "safe",
        "sum",
        "trim",
        "upper",
    }
)
CHANCES = ("random", "uniform", "choice", "randint")
LOOP = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem", "depth"}
)


def render_layers(sources: Mapping[str, str], layers: Sequence[tuple[str, str]], values: dict[str, Any]) -> list[str]:
    """What the template of each layer writes, in turn.

    Args:
        sources: The templates of the theme, by file name.
        layers: Names without ".svg", each with the seed of its random numbers.
        values: Plain values.

    Raises:
        ConfigurationError: A template is wrong, or asks for what it may not have; names the file and the line.
    """
    sandbox = _sandbox(tuple(sorted(sources.items())))
    return [sandbox.write(f"{layer}.svg", values, seed) for layer, seed in layers]


@functools.lru_cache(maxsize=8)
def _sandbox(sources: tuple[tuple[str, str], ...]) -> Sandbox:
    return Sandbox(dict(sources))


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 with an allow-list in place of its list of what is dangerous."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__(
            loader=FunctionLoader(lambda name: (sources[name], name, None) if name in sources else None),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.globals.clear()
        self._sources = frozenset(sources)
        self._functions: tuple[Callable[..., Any], ...] = (_icon, mix, _range)
        self._allowed: frozenset[object] = frozenset()
        self.globals.update(icon=_icon, mix=mix, range=_range)
        self.filters["px"] = lambda value: f"{value:.2f}".rstrip("0").rstrip(".")
        self.filters = {name: function for name, function in self.filters.items() if name in FILTERS}

    def write(self, name: str, values: Mapping[str, Any], seed: str) -> str:
        """What the template of this file name writes.

        Raises:
            ConfigurationError: As `render_layers` says.
        """
        chance = random.Random(seed)  # noqa: S311 - composition, not secrets
        chances = {function: getattr(chance, function) for function in CHANCES}
        self._allowed = frozenset(map(_identity, [*chances.values(), *self._functions]))
        try:
            return "".join(_within(self.get_template(name), {**values, "random": chances}))
        except MemoryError:
            raise
        except Exception as error:
            raise _explained(error, name, self, self._sources) from error

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`: an entry of a table, a macro of a template, or a loop's place."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        if isinstance(obj, TemplateModule) and not attribute.startswith("_") and attribute in vars(obj):
            return vars(obj)[attribute]
        if isinstance(obj, Undefined):
            str(obj)  # fails, and says which name is missing; its attributes are of Python
        raise SecurityError(f"it asks for .{attribute} of a value that is not a table")

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[argument]`: an entry of a list, a table or a text."""
        if isinstance(obj, dict | list | tuple | str) and not (isinstance(obj, dict) and isinstance(argument, slice)):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=str(argument)[:40])
        raise SecurityError("it asks for an entry of a value that is not a list")

    def is_safe_callable(self, obj: Any) -> bool:
        """Only macros and the few functions that templates are given."""
        if isinstance(obj, Undefined):
            return True  # it says which name is missing
        return isinstance(obj, Macro) or _identity(obj) in self._allowed

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """`left * right` and `left ** right`, within bounds."""
        if operator == "**" and (abs(left) > MAX_REPEATS or abs(right) > 16):
            raise SecurityError("it asks for a power that is too large")
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if isinstance(one, int) and isinstance(other, str | list | tuple) and one * len(other) > MAX_REPEATS:
                    raise SecurityError(f"it repeats a text to more than {MAX_REPEATS} characters")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("it formats a text with %; join texts with ~")
        return super().call_binop(context, operator, left, right)

    intercepted_binops = frozenset({"*", "**", "%"})


def _within(template: Template, values: Mapping[str, Any]) -> Iterator[str]:
    """What the template writes, piece by piece, up to the largest size."""
    stream, size = template.root_render_func(template.new_context(dict(values))), 0
    for piece in stream:
        size += len(piece)
        if size > MAX_TEXT:
            line = template.get_corresponding_lineno(stream.gi_frame.f_lineno)  # type: ignore[attr-defined]
            raise TemplateSyntaxError(f"it writes more than {MAX_TEXT >> 20} MB", line, template.name)
        yield piece


def _identity(function: Any) -> object:
    """What tells functions apart, also the methods of one object, which Python creates again at each access."""
    return (id(getattr(function, "__self__", None)), getattr(function, "__name__", ""))


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > MAX_REPEATS:
        raise SecurityError(f"it asks for a loop of more than {MAX_REPEATS} rounds")
    return found


def _icon(name: str, color: str, stroke: float, size: float) -> Markup:
    if not icons.has_icon(name.removeprefix(icons.PEN)):
        return Markup("")
    return Markup(icons.icon_svg(name, color=color, stroke_width=stroke, size=size))  # noqa: S704 - our own drawing


def _explained(error: Exception, asked: str, sandbox: Sandbox, sources: frozenset[str]) -> ConfigurationError:
    """The failure with the template and the line in which it happened."""
    place, line = asked, 0
    if isinstance(error, TemplateSyntaxError):
        place, line = error.name or place, error.lineno
    else:
        # What Jinja2 compiles has the file names of the sources, and lines of its own.
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename in sources:
                place = frame.filename
                line = sandbox.get_template(place).get_corresponding_lineno(frame.lineno or 0)
    said = (error.message if isinstance(error, TemplateError) else str(error)) or type(error).__name__
    if isinstance(error, RecursionError):
        said = "it calls itself without end"
    elif isinstance(error, TemplateNotFound):
        said = f"there is no template {error.name!r} in the theme"
    at = f"{place}, line {line}" if line else place
    return ConfigurationError(f"{at}: {said[:300]}", hint="Compare it with the default theme's.")
