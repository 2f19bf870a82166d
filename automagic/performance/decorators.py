"""What a function gets in front of it: a cache, a clock; and what a block gets around it.

A decorated function belongs to `optimizer` unless it is given one of its own. Neither decorator changes its signature.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from automagic.caching.memory import MISSING
from automagic.errors import RequestError
from automagic.performance import layer as owner
from automagic.performance.cache import CacheType, Keeping
from automagic.performance.keys import key_maker
from automagic.performance.memory import MemoryUse
from automagic.performance.tasks import LONGEST_NAME

P = ParamSpec("P")
Result = TypeVar("Result")
Decorator = Callable[[Callable[P, Result]], Callable[P, Result]]


def outcome_of(raised: type[BaseException] | None) -> str:
    """How a call ended; one that was cancelled, or interrupted, did not fail."""
    if raised is None:
        return "done"
    return "failed" if issubclass(raised, Exception) else "cancelled"


def performance_monitor(
    name: str = "", *, optimizer: owner.PerformanceOptimizer | None = None
) -> Callable[[Callable[P, Result]], Callable[P, Result]]:
    """Count and time each call of a function, plain or async, and whether it failed.

    Args:
        name: What it is counted under; the function's own by default.
    """

    def decorate(function: Callable[P, Result]) -> Callable[P, Result]:
        refuse_generator(function)
        named = (name or function.__qualname__)[:LONGEST_NAME]
        done = ("call", named, "done")
        clock = time.perf_counter

        def note(error: BaseException, took_s: float) -> None:
            (optimizer or owner.shared_optimizer()).measured.add_to(("call", named, outcome_of(type(error))), took_s)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def timed_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                began_at = clock()
                try:
                    result = await cast("Awaitable[Any]", function(*args, **kwargs))
                except BaseException as error:
                    note(error, clock() - began_at)
                    raise
                (optimizer or owner.shared_optimizer()).measured.add_to(done, clock() - began_at)
                return result

            return cast("Callable[P, Result]", timed_async)

        @functools.wraps(function)
        def timed(*args: P.args, **kwargs: P.kwargs) -> Result:
            began_at = clock()
            try:
                result = function(*args, **kwargs)
            except BaseException as error:
                note(error, clock() - began_at)
                raise
            (optimizer or owner.shared_optimizer()).measured.add_to(done, clock() - began_at)
            return result

        return timed

    return decorate


class performance_context(contextlib.ContextDecorator):  # noqa: N801 - used as a function is
    """Count and time a block: `async with performance_context("load"):`, or `with`."""

    def __init__(self, name: str, *, optimizer: owner.PerformanceOptimizer | None = None) -> None:
        self._name = name[:LONGEST_NAME]
        self._optimizer = optimizer
        self._began_at = 0.0
        self.seconds: float | None = None

    def __enter__(self) -> performance_context:
        self._began_at = time.perf_counter()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_failure: object) -> None:
        self.seconds = time.perf_counter() - self._began_at
        of = self._optimizer or owner.shared_optimizer()
        of.measured.add_to(("call", self._name, outcome_of(kind)), self.seconds)

    async def __aenter__(self) -> performance_context:
        return self.__enter__()

    async def __aexit__(self, kind: type[BaseException] | None, *failure: object) -> None:
        self.__exit__(kind, *failure)


@contextlib.contextmanager
def memory_context() -> Iterator[MemoryUse]:
    """What a block does to the memory of this process: `with memory_context() as used: …`, then `used.change`."""
    used = MemoryUse()
    try:
        yield used
    finally:
        used.end()


def cache_result(
    ttl: float | None = None,
    cache_type: CacheType = "all",
    *,
    key: Callable[..., str] | None = None,
    sensitive: bool = False,
    result_type: Any = None,
    optimizer: owner.PerformanceOptimizer | None = None,
) -> Callable[[Callable[P, Result]], Callable[P, Result]]:
    """Keep what a function gives, by its arguments; who asks while it is being made waits. Failures are not kept.

    `f(1)` and `f(x=1)` are two calls. A function within another, or a lambda, has no name that says which one it is:
    each has results of its own, in memory only, unless `key` is given. What is kept is given to all who ask: do not
    change it. `f.forget(…)`, awaited where `f` is, removes the result of these arguments. A plain function is kept in
    memory only.

    Args:
        ttl: In seconds; `cache_ttl` when None.
        cache_type: Of `TieredCache`.
        key: Makes a text of the arguments, where these have no key that is the same in every process.
        sensitive: In Redis, sealed with `encryption_key`, under a name that tells nothing.
        result_type: Of results that are not plain values (see `values`): for Redis.

    Raises:
        RequestError: There is no such tier, or what this function gives cannot be kept there, or at all.
    """
    keeping = Keeping(ttl, cache_type, sensitive, result_type)

    def decorate(function: Callable[P, Result]) -> Callable[P, Result]:
        refuse_generator(function)
        name, named = name_of(function)
        kept = keeping if named or key is not None else replace(keeping, shared=False)
        if cache_type == "redis" and not kept.shared:
            raise RequestError(
                f"{function.__qualname__} has no name by which another process could know it", hint="Give `key=`."
            )
        make_key = key_maker(name if key is not None or named else f"{name}#{next(_unnamed)}")
        if key is not None:
            own = key

            def make_key(args: tuple[Any, ...], kwargs: Any) -> bytes:
                return f"{name}\0{own(*args, **kwargs)}".encode()

        if inspect.iscoroutinefunction(function):
            return cast("Callable[P, Result]", _cache_async(function, make_key, kept, optimizer))
        if cache_type == "redis":
            raise RequestError(
                f"{function.__qualname__} is a plain function, which cannot wait for Redis", hint="Make it async."
            )
        return _cache_plain(function, make_key, kept, optimizer)

    return decorate


_unnamed = itertools.count(1)


def name_of(function: Callable[..., Any]) -> tuple[str, bool]:
    """What a function is called in every process, and whether that tells it from all others."""
    module, inner = function.__module__, inspect.unwrap(function).__qualname__
    if module == "__main__":  # every program has one
        file = getattr(sys.modules["__main__"], "__file__", None)
        module = f"__main__:{Path(file).name}" if file else module
    return f"{module}.{inner}", "<" not in inner  # <locals>, <lambda>


def refuse_generator(function: Callable[..., Any]) -> None:
    """See that a function gives a result, and not one after the other.

    Raises:
        RequestError: It does not.
    """
    inner = inspect.unwrap(function)
    if inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner):
        raise RequestError(
            f"{function.__qualname__} gives its results one after the other, and they are not timed or kept",
            hint="Decorate a function that gives them at once, such as a list.",
        )


def _cache_async(
    function: Callable[..., Awaitable[Any]],
    make_key: Callable[[tuple[Any, ...], Any], bytes],
    keeping: Keeping,
    optimizer: owner.PerformanceOptimizer | None,
) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(function)
    async def cached(*args: Any, **kwargs: Any) -> Any:
        cache = (optimizer or owner.shared_optimizer()).cache
        key = make_key(args, kwargs)
        found = cache.recall(key, keeping)
        if found is not MISSING:
            return found
        return await cache.make_once(key, functools.partial(function, *args, **kwargs), keeping)

    async def forget(*args: Any, **kwargs: Any) -> None:
        await (optimizer or owner.shared_optimizer()).cache.delete(make_key(args, kwargs), keeping)

    cached.forget = forget  # type: ignore[attr-defined]
    return cached


def _cache_plain(
    function: Callable[P, Result],
    make_key: Callable[[tuple[Any, ...], Any], bytes],
    keeping: Keeping,
    optimizer: owner.PerformanceOptimizer | None,
) -> Callable[P, Result]:
    locks: dict[bytes, threading.Lock] = {}
    """Of what is being made: who comes second waits."""

    @functools.wraps(function)
    def cached(*args: P.args, **kwargs: P.kwargs) -> Result:
        cache = (optimizer or owner.shared_optimizer()).cache
        key = make_key(args, kwargs)
        found = cache.recall(key, keeping)
        if found is not MISSING:
            return cast("Result", found)
        lock = locks.setdefault(key, threading.Lock())
        with lock:
            if locks.get(key) is not lock:  # somebody has made it meanwhile
                return cached(*args, **kwargs)
            try:
                result = function(*args, **kwargs)
                cache.note_miss()
                cache.keep(key, result, keeping)
            finally:
                del locks[key]
        return result

    def forget(*args: P.args, **kwargs: P.kwargs) -> None:
        (optimizer or owner.shared_optimizer()).cache.forget(make_key(args, kwargs))

    cached.forget = forget  # type: ignore[attr-defined]
    return cached
