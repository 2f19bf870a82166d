"""From decoded frames of any kind to the video's own: upright, progressive, cropped, yuv420p in BT.709, limited range.

frame ─ deinterlace ─ turn ─ crop ─ scale ─┬──────────────────────── yuv420p
        if it must    if it must           └─ RGB ─ table of colours ─┘   high dynamic range, wide gamut
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from automagic.errors import MediaError
from automagic.media.warp import Planes

if TYPE_CHECKING:
    from av import VideoFrame
    from av.filter import Graph
    from numpy.typing import NDArray

# ITU-T H.273, tables 2-4.
_RGB, _BT709, _UNKNOWN, _BT470BG, _BT2020 = 0, 1, 2, 5, 9
_PQ, _HLG = 16, 18
_LIMITED, _FULL = 1, 2

_HD_HEIGHT = 576
"""Untagged pictures up to this height are taken as BT.601, as players do."""

_TURNS = {
    0: (),
    90: (("transpose", "cclock"),),
    180: (("hflip", None), ("vflip", None)),
    270: (("transpose", "clock"),),
}

TABLE_SIZE = 33
_REFERENCE_WHITE = 203.0
"""cd/m² of diffuse white in high dynamic range: ITU-R BT.2408-7, table 1."""

_PEAK = 1000.0
"""cd/m² that material is taken to be graded for."""

_TO_BT709 = np.array(
    # Linear light of BT.2020 to that of BT.709: ITU-R BT.2087-0 inverted.
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)


@dataclass(frozen=True, slots=True)
class View:
    """Which part of the upright picture is shown, whatever its size: the largest that fits, about a point.

    Attributes:
        inner: Left, top, right, bottom of what is picture (and no black bar), as shares of it.
        focus: What the part is centred on where it can be, as shares of the whole picture.
    """

    inner: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    focus: tuple[float, float] = (0.5, 0.5)


def crop_window(view: View, width: int, height: int, aspect: float) -> tuple[int, int, int, int]:
    """(width, height, left, top) in pixels of a picture of `width` x `height`, for a shape of `aspect` such pixels."""
    left, top, right, bottom = (share * side for share, side in zip(view.inner, (width, height) * 2, strict=True))
    wide = min(right - left, (bottom - top) * aspect)
    high = wide / aspect
    x = min(max(view.focus[0] * width - wide / 2, left), right - wide)
    y = min(max(view.focus[1] * height - high / 2, top), bottom - high)
    return max(round(wide), 2), max(round(high), 2), int(x), int(y)


class FrameConverter:
    """Brings frames to one size, shape and colour.

    Args:
        view: What is shown.
        pixel_aspect: Width of a stored pixel to its height.
        width, height: Of the result, both even.
        table: Where a table of colours may be written if one is needed.
    """

    def __init__(self, view: View, pixel_aspect: float, width: int, height: int, table: Path) -> None:
        self._view = view
        self._pixel_aspect = pixel_aspect
        self._size = (width, height)
        self._table = table
        self._kind: tuple[object, ...] = ()
        self._graph: Graph | None = None
        self._enlarged = 1.0
        self._remapped = False

    def convert(self, frame: VideoFrame) -> Planes:
        """The finished frame, in memory of its own.

        Raises:
            MediaError: This kind of picture cannot be converted.
        """
        import av

        _complete_tags(frame)
        kind = describe(frame)
        try:
            if self._graph is None or kind != self._kind:
                self._graph, self._kind = self._build(frame), kind
            self._graph.vpush(frame)
            return _planes_of(self._graph.vpull())
        except (av.FFmpegError, ValueError) as error:
            raise MediaError(
                f"a frame of {frame.width}x{frame.height} {frame.format.name} cannot be converted: {error}"
            ) from error

    @property
    def enlarged(self) -> float:
        """The largest magnification of the clip's own pixels so far; 1.0 when it had enough of them."""
        return self._enlarged

    @property
    def remapped(self) -> bool:
        """Whether its colours went beyond what the video can show."""
        return self._remapped

    def _build(self, frame: VideoFrame) -> Graph:
        width, height = self._size
        turn = round(frame.rotation / 90) * 90 % 360
        upright = (frame.width, frame.height) if turn % 180 == 0 else (frame.height, frame.width)
        pixel_aspect = self._pixel_aspect if turn % 180 == 0 else 1 / self._pixel_aspect
        wide, high, left, top = crop_window(self._view, *upright, width / height / pixel_aspect)
        self._enlarged = max(self._enlarged, width / wide, height / high)
        chain: list[tuple[str, str | None]] = [*_TURNS[turn], ("crop", f"{wide}:{high}:{left}:{top}:exact=1")]
        scale = f"{width}:{height}:flags=bicubic+accurate_rnd+full_chroma_int"
        final = "out_color_matrix=bt709:out_range=limited"
        table = build_table(frame.color_trc, frame.color_primaries)
        if table is None:
            chain.append(("scale", f"{scale}:{final}"))
        else:
            self._remapped = True
            self._table.write_text(write_cube(table), encoding="ascii")
            chain += [("scale", scale), ("format", "gbrp10le"), ("lut3d", None), ("scale", f"{width}:{height}:{final}")]
        return build_graph(frame, [*chain, ("format", "yuv420p")], table=self._table)


def direct_planes(frame: VideoFrame) -> Planes | None:
    """The planes of a frame that needs no conversion: upright, yuv420p in BT.709, limited range; else None."""
    _complete_tags(frame)
    plain = frame.format.name == "yuv420p" and round(frame.rotation / 90) % 4 == 0
    if not plain or frame.colorspace != _BT709 or frame.color_range != _LIMITED:
        return None
    if build_table(frame.color_trc, frame.color_primaries) is not None:
        return None
    return _planes_of(frame)


def describe(frame: VideoFrame) -> tuple[object, ...]:
    """All of a frame that a graph is built for."""
    return (
        frame.width,
        frame.height,
        frame.format.name,
        frame.rotation,
        frame.colorspace,
        frame.color_range,
        frame.color_trc,
        frame.color_primaries,
    )


def build_graph(frame: VideoFrame, chain: list[tuple[str, str | None]], *, table: Path | None = None) -> Graph:
    """A row of filters for frames like this one; `lut3d` is given the table's path."""
    from av.filter import Graph

    graph = Graph()
    base = frame.time_base
    source = (
        f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base={base}"
        f":colorspace={frame.colorspace}:range={frame.color_range}"
    )
    nodes = [graph.add("buffer", source)]
    for name, arguments in chain:
        # By name, so that nothing in the path is taken for filter syntax.
        nodes.append(graph.add("lut3d", file=str(table)) if name == "lut3d" else graph.add(name, arguments))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


class Deinterlacer:
    """Makes whole frames of interlaced ones, from the first such frame on; others pass untouched, one frame later."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._kind: tuple[object, ...] = ()

    @property
    def engaged(self) -> bool:
        """Whether an interlaced frame was seen."""
        return self._graph is not None

    def feed(self, frame: VideoFrame | None) -> list[VideoFrame]:
        """The frames that are ready after this one; None ends the stream.

        Their time base is their own.
        """
        if frame is None:
            return self._drain()
        ready: list[VideoFrame] = []
        kind = describe(frame)
        if self._graph is not None and kind != self._kind:
            ready, self._graph = self._drain(), None
        if self._graph is None:
            if not frame.interlaced_frame:
                return [*ready, frame]
            _complete_tags(frame)
            self._graph = build_graph(frame, [("bwdif", "mode=send_frame:deint=interlaced")])
            self._kind = describe(frame)
        self._graph.vpush(frame)
        return ready + self._pull()

    def _drain(self) -> list[VideoFrame]:
        if self._graph is None:
            return []
        self._graph.vpush(None)
        return self._pull()

    def _pull(self) -> list[VideoFrame]:
        import av

        ready: list[VideoFrame] = []
        while self._graph is not None:
            try:
                ready.append(self._graph.vpull())
            except (av.BlockingIOError, av.EOFError):
                break
        return ready


def _complete_tags(frame: VideoFrame) -> None:
    """What the file does not say, as players take it."""
    name = frame.format.name
    if name.startswith(("gbr", "rgb", "bgr", "argb", "abgr", "pal", "0rgb", "0bgr")):
        frame.colorspace, frame.color_range = _RGB, _FULL
        return
    if frame.colorspace in {_RGB, _UNKNOWN, 3}:
        frame.colorspace = _BT709 if min(frame.width, frame.height) > _HD_HEIGHT else _BT470BG
        if frame.color_primaries == _BT2020:
            frame.colorspace = _BT2020
    if frame.color_range not in {_LIMITED, _FULL}:
        frame.color_range = _FULL if name.startswith("yuvj") else _LIMITED


def _planes_of(frame: VideoFrame) -> Planes:
    width, height = frame.width, frame.height
    flat = frame.to_ndarray().reshape(-1)
    luma, chroma = width * height, width * height // 4
    return Planes(
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(height // 2, width // 2),
        flat[luma + chroma :].reshape(height // 2, width // 2),
    )


# ---------------------------------------------------------------------------------------------- colours


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
