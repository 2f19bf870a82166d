"""Long convolutions by fewer multiplications: tile by tile through the discrete Fourier transform.

    x (1, C, T) ─▶ padded ─▶ tiles of N samples ─▶ DFT ─▶ (R, C, tiles)
                                                            │  R products of matrices
    weights (K, C, C) ─▶ DFT ─────────────────────────▶ (R, C, C)
                                                            ▼
    y (1, C, T) ◀─ cut ◀─ H samples of each tile ◀─ inverse DFT ◀─ (R, C, tiles)

A tile of N samples tells H = N - K + 1 of what a kernel of K makes of them ("overlap-save"). A kernel whose taps lie D
apart is one of neighbours for each D-th sample: D signals, which are convolved as one.

The DFT of real numbers has N / 2 + 1 bins, of which the first and the last are real. A product of the others,
(a + bi)(c + di), takes three products of real numbers instead of four (Gauss): c(a + b), a(d - c) and b(c + d). So
R = 2 + 3(N / 2 - 1) products of matrices make H samples, where the sum itself needs HK.

The weights stay in 8 bits in the file and in memory, and their transform is taken as the model runs: it is a
thirtieth of the work, and would be four times as large as the weights in float.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from automagic.providers.local.kokoro.onnx_graph import Graph

TILES = {(128, 11): 32, (256, 11): 24, (256, 7): 16, (128, 7): 24}
"""(channels, length of the kernel) → N, measured; shorter kernels gain nothing."""


PARTS = 2
"""The products are made in so many parts one after the other, since each takes memory of its own."""


def put_tiles(
    graph: Graph, target: str, signal: str, weights: NDArray[Any], scale: NDArray[Any], zero: int, spacing: int
) -> str:
    """Add the nodes that convolve a signal (1, C, T), in the length that it has.

    Args:
        graph: Where.
        target: What they take part in making.
        signal: The name of the signal.
        weights: (C out, C in, K), in 8 bits.
        scale: (C in), what the weights are to be multiplied with.
        zero: The weight that stands for 0.
        spacing: How many samples the taps lie apart.

    Returns:
        The name of the result.
    """
    import numpy as np

    put = partial(graph.put, target)
    channels, _, taps = weights.shape
    forward, of_weights, inverse = matrices(taps, TILES[channels, taps])
    products, hop = len(forward), len(inverse)
    length = put("Shape", signal, start=2, end=3)
    if spacing > 1:
        missing = put("Mod", put("Neg", length), [spacing])
        padded = put("Pad", signal, put("Concat", [0] * 5, missing, axis=0))
        signal = put("Transpose", put("Reshape", padded, [channels, -1, spacing]), perm=[0, 2, 1])
    rows = put("Reshape", signal, [channels * spacing, 1, -1])
    before = (taps - 1) // 2
    pads = [before, before + hop - 1]
    zeros = np.full(channels, zero, np.uint8)
    floats = put("DequantizeLinear", weights.transpose(2, 0, 1), scale, zeros, axis=2)
    floats = put("Reshape", floats, [taps, -1])

    parts = []
    for rows_of in np.array_split(np.arange(products), PARTS):
        bins = put("Conv", rows, forward[rows_of, np.newaxis], strides=[hop], pads=pads)
        bins = put("Reshape", put("Transpose", bins, perm=[1, 0, 2]), [len(rows_of), channels, -1])
        kernel = put("Reshape", put("MatMul", of_weights[rows_of], floats), [len(rows_of), channels, channels])
        product = put("Reshape", put("MatMul", kernel, bins), [len(rows_of), -1])
        parts.append(put("MatMul", inverse[:, rows_of], product))
    tiles = put("Sum", *parts)
    result = put("Transpose", tiles, perm=[1, 0])
    if spacing > 1:
        result = put("Transpose", put("Reshape", result, [channels, spacing, -1]), perm=[0, 2, 1])
    return put("Slice", put("Reshape", result, [1, channels, -1]), [0], length, [2])


@cache
def matrices(taps: int, size: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The transforms of a tile (R, N) and of a kernel (R, K), and the inverse of their products (H, R), in float32.

    Args:
        taps: K.
        size: N, even.
    """
    import numpy as np

    hop = size - taps + 1
    sample, tap, made = np.arange(size), np.arange(taps), np.arange(hop)
    forward, of_weights, inverse = ([np.ones(len(at)), (-1.0) ** at] for at in (sample, tap, made))
    for frequency in range(1, size // 2):
        turn = 2 * np.pi * frequency / size
        a, b = np.cos(turn * sample), -np.sin(turn * sample)
        c, d = np.cos(turn * tap), np.sin(turn * tap)
        real, imaginary = 2 * np.cos(turn * made), -2 * np.sin(turn * made)
        forward += [a + b, a, b]
        of_weights += [c, d - c, c + d]
        inverse += [real + imaginary, imaginary, -real]
    return (
        np.array(forward, np.float32),
        np.array(of_weights, np.float32),
        (np.array(inverse).T / size).astype(np.float32),
    )
