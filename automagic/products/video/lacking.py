"""What a video was made without, since this machine cannot have it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from automagic.machine.engines import EngineName, find_lacking

if TYPE_CHECKING:
    from automagic.products.video.narration import ToldLine


def lacking_in_video(told: Iterable[ToldLine], *, signed: bool) -> list[EngineName]:
    """The engines that a video was made without.

    Args:
        signed: Whether it should carry content credentials.
    """
    timed: list[EngineName] = ["pocketsphinx"] if any(line.alignment.method == "compared" for line in told) else []
    return timed + find_lacking(["c2pa"] if signed else [])
