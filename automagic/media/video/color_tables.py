"""Tables that bring high dynamic range and wide gamut to what the video can show: BT.709."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# ITU-T H.273, tables 2 and 3.
_BT2020 = 9
_PQ, _HLG = 16, 18

TABLE_SIZE = 33
_REFERENCE_WHITE = 203.0
"""cd/m² of diffuse white in high dynamic range: ITU-R BT.2408-7, table 1."""

_PEAK = 1000.0
"""cd/m² that material is taken to be graded for."""

_TO_BT709 = np.array(
    # Linear light of BT.2020 to that of BT.709: ITU-R BT.2087-0 inverted.
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)


def build_table(transfer: int, primaries: int) -> NDArray[np.float64] | None:
    """From R'G'B' as stored to R'G'B' of BT.709, both 0..1: (red, green, blue, 3); None when nothing is to be done.

    Args:
        transfer, primaries: As ITU-T H.273 numbers them.
    """
    if transfer not in {_PQ, _HLG} and primaries != _BT2020:
        return None
    steps = np.linspace(0.0, 1.0, TABLE_SIZE)
    stored = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
    if transfer == _PQ:
        light = _compress(_pq_light(stored)) / _REFERENCE_WHITE
    elif transfer == _HLG:
        light = _compress(_hlg_light(stored)) / _REFERENCE_WHITE
    else:
        light = stored**2.4
    # BT.1886: what a display makes of BT.709 signals is a power of 2.4.
    table: NDArray[np.float64] = np.clip(light @ _TO_BT709.T, 0.0, 1.0) ** (1 / 2.4)
    return table


def _pq_light(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """cd/m²: SMPTE ST 2084, the perceptual quantiser."""
    root = signal ** (1 / 78.84375)
    light: NDArray[np.float64] = 10_000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (
        1 / 0.1593017578125
    )
    return light


def _pq_signal(light: NDArray[np.float64] | float) -> NDArray[np.float64]:
    root = (np.maximum(light, 0) / 10_000) ** 0.1593017578125
    signal: NDArray[np.float64] = ((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root)) ** 78.84375
    return signal


def _hlg_light(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """cd/m² on a display of `_PEAK`: ITU-R BT.2100-2, table 5, with a system gamma of 1.2."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593])
    return np.asarray(_PEAK * np.maximum(luminance, 1e-9)[..., None] ** 0.2 * scene)


def _compress(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Highlights brought under the reference white, by the largest of the three, so that hues stay.

    The curve is the one of ITU-R BT.2390-10, section 5.4.1.
    """
    largest = np.maximum(light.max(axis=-1), 1e-6)
    signal = np.minimum(_pq_signal(largest) / _pq_signal(_PEAK), 1.0)
    top = float(_pq_signal(_REFERENCE_WHITE) / _pq_signal(_PEAK))
    knee = 1.5 * top - 0.5
    t = (np.maximum(signal, knee) - knee) / (1 - knee)
    bent = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * top
    mapped = _pq_light(np.where(signal > knee, bent, signal) * _pq_signal(_PEAK))
    return np.asarray(light * (mapped / largest)[..., None])


def write_cube(table: NDArray[np.float64]) -> str:
    """A table as the text that the filter reads; red changes fastest."""
    rows = table.transpose(2, 1, 0, 3).reshape(-1, 3)
    lines = [f"LUT_3D_SIZE {TABLE_SIZE}", *(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in rows)]
    return "\n".join(lines) + "\n"
