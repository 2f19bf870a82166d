"""What a result was made without, since this machine cannot have it: told, and kept with the result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from automagic.machine.engines import ENGINES, EngineName
from automagic.values.events import Notice

if TYPE_CHECKING:
    from automagic.runs.run import Run
    from automagic.services import Services


def tell_lacking(names: Iterable[EngineName], run: Run[Services]) -> tuple[str, ...]:
    """Tell the person what was done without these; the same sentences."""
    notices = tuple(ENGINES[name].without for name in names)
    for notice in notices:
        run.emit(Notice(notice))
    return notices
