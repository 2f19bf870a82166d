"""Recordings that something could not be done with: named, while the rest goes on."""

from __future__ import annotations

from collections.abc import Mapping

from automagic.errors import (
    AutomagicError,
    BudgetError,
    ConfigurationError,
    MediaError,
    Permanent,
    RequestError,
    ResourceError,
)


def tell_failure(name: str, error: AutomagicError) -> str:
    """A sentence without its stop, which names the recording once."""
    said = error.message.removesuffix(".")
    return said if name in said else f"{name}: {said}"


def explain_failures(failures: Mapping[str, AutomagicError]) -> AutomagicError | None:
    """The first of several, with its exit code, and how many more there are; None where there is none.

    Args:
        failures: By the names of the recordings.
    """
    if not failures:
        return None
    name, error = next(iter(failures.items()))
    more = f", and {len(failures) - 1} more" if len(failures) > 1 else ""
    return kind_of(error)(f"{tell_failure(name, error)}{more}", hint=error.hint)


def kind_of(error: AutomagicError) -> type[AutomagicError]:
    """As what one failure of many ends the whole: what the person must set is no fault of a vendor."""
    match error:
        case MediaError() | ResourceError() | RequestError():  # what cannot be read is no wrong request here
            return MediaError
        case ConfigurationError():
            return ConfigurationError
        case BudgetError():
            return BudgetError
    return Permanent
