"""Every failure that AutoMagic explains, as one tree.

    AutomagicError                     exit code
    ├── RequestError                   2  the request or its input is wrong
    ├── ConfigurationError             3  a setting, model or font is missing or wrong
    ├── VendorError                    4  someone who works for us failed
    │   ├── Retryable                     worth another try, after a while
    │   ├── Permanent                     the same call will fail again
    │   └── Unknown                       it may have been done, and billed
    ├── MediaError                     5  a picture, sound or video could not be made or read
    ├── BudgetError                    6  the next call would cost more than allowed
    ├── QualityError                   7  the finished result did not pass its measurements
    └── ResourceError                  5  the machine has no room: disk, memory

An error says what happened and to what (`message`) and what to try (`hint`). It never holds a secret.
"""

from __future__ import annotations

import errno
import re


class AutomagicError(Exception):
    """A failure that is explained to the person at the keyboard.

    Args:
        message: What happened, and to what, in one sentence.
        hint: What to try next; empty when there is nothing useful to say.
    """

    exit_code = 1
    refusal = False
    """Whether nothing failed: what was asked for cannot be done as it was asked."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class RequestError(AutomagicError):
    """The request, or the input it names, is wrong."""

    exit_code = 2
    refusal = True


class ConfigurationError(AutomagicError):
    """A setting, a model or a font is missing or wrong."""

    exit_code = 3
    refusal = True


class VendorError(AutomagicError):
    """A provider failed."""

    exit_code = 4


class Retryable(VendorError):
    """Worth another try.

    Args:
        after_s: Seconds to wait before it, when the vendor said so.
    """

    def __init__(self, message: str, *, hint: str = "", after_s: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.after_s = after_s


class Permanent(VendorError):
    """The same call will fail again."""


class Unknown(VendorError):
    """The call may have been carried out, and billed."""


class MediaError(AutomagicError):
    """A picture, sound or video could not be made or read."""

    exit_code = 5


class ResourceError(AutomagicError):
    """The machine has no room left: disk or memory."""

    exit_code = 5


class BudgetError(AutomagicError):
    """The next call would cost more than allowed."""

    exit_code = 6


class QualityError(AutomagicError):
    """The finished result did not pass its measurements."""

    exit_code = 7


def is_disk_full(error: OSError) -> bool:
    """Whether a file could not be written for want of room. NumPy's `tofile` tells only how much it could write."""
    cut_off = re.fullmatch(r"\d+ requested and \d+ written", str(error)) is not None
    return cut_off or error.errno in (errno.ENOSPC, errno.EDQUOT)
