"""Whether a finished file is heard on both sides, and on a telephone that has one loudspeaker.

    left  ─▶ LUFS ┐ far apart: one ear hears nothing
    right ─▶ LUFS ┘
    left + right  ─▶ what is lost against both: nothing when they are alike, 3 LU when they have nothing in common,
                     all when they are opposed

Loudness of one side is that of the side alone (BS.1770-4), 3 LU below that of two alike.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from automagic.errors import MediaError
from automagic.media.sound.levels import block_powers, gated_loudness
from automagic.media.sound.stems import decode_sound
from automagic.values.report import Measure

if TYPE_CHECKING:
    from automagic.media.quality.finished import Verdict
    from automagic.media.sound.levels import Powers

APART_LU = 12.0
"""Of speech from one side, binaural recordings have up to 10 LU between the ears; a panned voice is seldom further."""

LOST_LU, TOO_MUCH_LOST_LU = 6.0, 10.0
"""What has nothing in common loses 3 LU. With 6 a telephone is half as loud; with 10 words are missed in a street."""

_MOST_LOST_LU = 60.0


def check_sides(path: Path, *, has_sound: bool, mended: bool = False) -> tuple[Measure, ...]:
    """The loudness of either side, and what one loudspeaker loses of both.

    Args:
        mended: Whether a side was found missing, so that now both must be there. Otherwise they may be meant so, as
            two people are who sit at either side, and somebody has to look.
    """
    apart = f"within {APART_LU:g} LU of the other side"
    lost = f"≤ {LOST_LU:g}: both sides on one loudspeaker, against two"
    try:
        left, right, mono = _measure(path) if has_sound else (np.zeros(0),) * 3
    except MediaError as error:
        return tuple(
            Measure(name, "unknown", expected, "fail", error.message)
            for name, expected in (("left_lufs", apart), ("right_lufs", apart), ("mono_loss_lu", lost))
        )
    if not (left + right).sum():
        return tuple(
            Measure(name, "not applicable", expected, "pass", "there is no sound")
            for name, expected in (("left_lufs", apart), ("right_lufs", apart), ("mono_loss_lu", lost))
        )
    loudness = {"left": gated_loudness(left), "right": gated_loudness(right)}
    differ = loudness["left"] - loudness["right"]
    verdict: Verdict = "pass" if abs(differ) <= APART_LU else "fail" if mended else "flag"
    quieter = "right" if differ > 0 else "left"
    detail = "" if verdict == "pass" else f"the {quieter} side is {abs(differ):.0f} LU quieter"
    loss = min(10 * math.log10(float((left + right).sum()) / max(2 * float(mono.sum()), 1e-12)), _MOST_LOST_LU)
    worst: Verdict = "fail" if loss > TOO_MUCH_LOST_LU else "flag" if loss > LOST_LU else "pass"
    return (
        *(Measure(f"{side}_lufs", round(value, 1), apart, verdict, detail) for side, value in loudness.items()),
        Measure(
            "mono_loss_lu",
            abs(round(loss, 1)),
            lost,
            worst,
            "" if worst == "pass" else "the sides cancel each other on a telephone",
        ),
    )


def _measure(path: Path) -> tuple[Powers, Powers, Powers]:
    """K-weighted powers of left, right and their mean."""
    parts = list(decode_sound(path, 2))
    sound = np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)
    return (
        block_powers(sound[:, :1]),
        block_powers(sound[:, 1:]),
        block_powers(sound.mean(axis=1, dtype=np.float32, keepdims=True)),
    )
