"""From decoded frames of any kind to the video's own: upright, progressive, cropped, yuv420p in BT.709, limited range.

frame ─ deinterlace ─ turn ─ crop ─ scale ─┬──────────────────────── yuv420p
        if it must    if it must           └─ RGB ─ table of colours ─┘   high dynamic range, wide gamut
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from automagic.errors import MediaError
from automagic.media.color_tables import build_table, write_cube
from automagic.media.orientation import Orientation, orientation_of
from automagic.media.warp import Planes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av import VideoFrame
    from av.filter import Graph
    from numpy.typing import NDArray

    Luma = NDArray[np.uint8]

# ITU-T H.273, tables 2-4.
_RGB, _BT709, _UNKNOWN, _BT470BG, _BT2020 = 0, 1, 2, 5, 9
_LIMITED, _FULL = 1, 2

_HD_HEIGHT = 576
"""Untagged pictures up to this height are taken as BT.601, as players do."""

_TURNS: tuple[tuple[tuple[str, str | None], ...], ...] = (
    (),
    (("transpose", "cclock"),),
    (("hflip", None), ("vflip", None)),
    (("transpose", "clock"),),
)
"""By quarters counter-clockwise."""

LEAST_COMB = 0.00005
"""Where so much more of a picture is comb than after deinterlacing, it is looked at closely: a mouth is enough."""

_TOOTH_LUMA = 12
_OF_ONE_MOMENT = 0.2, 0.5
"""Times the comb between two frames: fields of one moment show less of it, of two moments (and not blurred) more."""

_UNEVEN = 1.35
"""In between: fields of two moments show at least so many times more of it on one side than on the other."""

_PLAIN_LUMA = frozenset(
    ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv411p", "yuvj411p", "nv12", "gray")
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

    def convert(self, frame: VideoFrame, pixel_aspect: float | None = None) -> Planes:
        """The finished frame, in memory of its own.

        Args:
            pixel_aspect: Of this frame, where it is another one.

        Raises:
            MediaError: This kind of picture cannot be converted.
        """
        import av

        _complete_tags(frame)
        pixel_aspect = pixel_aspect or self._pixel_aspect
        kind = (*describe(frame), pixel_aspect)
        try:
            if self._graph is None or kind != self._kind:
                self._graph, self._kind = self._build(frame, pixel_aspect), kind
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

    def _build(self, frame: VideoFrame, stored_aspect: float) -> Graph:
        width, height = self._size
        turn, mirrored = orientation_of(frame)
        upright = (frame.width, frame.height) if turn % 2 == 0 else (frame.height, frame.width)
        pixel_aspect = stored_aspect if turn % 2 == 0 else 1 / stored_aspect
        wide, high, left, top = crop_window(self._view, *upright, width / height / pixel_aspect)
        self._enlarged = max(self._enlarged, width / wide, height / high)
        chain: list[tuple[str, str | None]] = [
            *((("hflip", None),) if mirrored else ()),
            *_TURNS[turn],
            ("crop", f"{wide}:{high}:{left}:{top}:exact=1"),
        ]
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
    plain = frame.format.name == "yuv420p" and orientation_of(frame) == Orientation()
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
        orientation_of(frame),
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
    """Makes whole frames of interlaced ones, from the first such frame on; others pass untouched, one frame later.

        frame of two fields ─┬─ bwdif ──▶ a frame of one moment ─┐
                             └─ as it is ────────────────────────┴─▶ the second, unless it shows a comb

    Files say "interlaced" of progressive pictures as well (25p in 50i, film, a face that keeps still): those lose
    lines by being deinterlaced, and stay as they are.
    """

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._kind: tuple[object, ...] = ()
        self._waiting: deque[VideoFrame] = deque()
        self._before: VideoFrame | None = None
        self._engaged = False

    @property
    def engaged(self) -> bool:
        """Whether a comb was taken out."""
        return self._engaged

    def feed(self, frame: VideoFrame | None) -> list[VideoFrame]:
        """The frames that are ready after this one; None ends the stream."""
        if frame is None:
            return self._drain()
        ready: list[VideoFrame] = []
        kind = (frame.width, frame.height, frame.format.name)
        if self._graph is not None and kind != self._kind:
            ready, self._graph, self._before = self._drain(), None, None
        if self._graph is None:
            if not frame.interlaced_frame:
                return [*ready, frame]
            self._graph, self._kind = build_graph(frame, [("bwdif", "mode=send_frame:deint=interlaced")]), kind
            self._colors = frame.colorspace, frame.color_range
        self._waiting.append(frame)
        # Colours make no difference to it, and a file may tag some of its frames and others not: they are all passed
        # as the first one is, for a graph takes frames of one kind.
        own = frame.colorspace, frame.color_range
        frame.colorspace, frame.color_range = self._colors
        self._graph.vpush(frame)
        frame.colorspace, frame.color_range = own
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
                whole = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                break
            ready.append(self._choose(self._waiting.popleft(), whole))
        return ready

    def _choose(self, stored: VideoFrame, whole: VideoFrame) -> VideoFrame:
        """The frame as it was stored, or as it came out of the filter."""
        near = [frame for frame in (self._before, *self._waiting) if frame is not None]
        self._before = stored
        if not stored.interlaced_frame or not _is_combed(stored, whole, near):
            return stored
        self._engaged = True
        whole.pts, whole.time_base = stored.pts, stored.time_base
        whole.colorspace, whole.color_range = stored.colorspace, stored.color_range
        return whole


def _is_combed(stored: VideoFrame, whole: VideoFrame, near: Iterable[VideoFrame]) -> bool:
    """Whether the two fields of a frame show different moments.

    Where they do, a field of this frame and one of a neighbour are as near in time as both of this frame are, or three
    times as far. Where both are of one moment, what looks like a comb is fine detail or noise, and either field shows
    more of it beside any of a neighbour.
    """
    luma, without = _luma_of(stored), measure_comb(_luma_of(whole))
    comb = measure_comb(luma) - without
    if comb < LEAST_COMB:
        return False
    for other in map(_luma_of, near):
        less, more = sorted(measure_comb(_weave(*fields)) - without for fields in ((luma, other), (other, luma)))
        if comb > _OF_ONE_MOMENT[1] * less or (comb > _OF_ONE_MOMENT[0] * less and more > _UNEVEN * less):
            return True
    return False


def _weave(even: Luma, odd: Luma) -> Luma:
    """The even lines of one picture between the odd ones of another."""
    woven = even.copy()
    woven[1::2] = odd[1::2]
    return woven


def measure_comb(luma: Luma) -> float:
    """Share of the points that differ from the lines above and below by much more than those do from each other."""
    above, middle, below = luma[:-2, ::2], luma[1:-1, ::2], luma[2:, ::2]
    teeth = cv2.min(cv2.absdiff(middle, above), cv2.absdiff(middle, below))
    _, found = cv2.threshold(cv2.subtract(teeth, cv2.absdiff(above, below)), _TOOTH_LUMA, 1, cv2.THRESH_BINARY)
    return cv2.countNonZero(found) / found.size


def _luma_of(frame: VideoFrame) -> Luma:
    """Luma as stored (height, width), 8 bit."""
    if frame.format.name not in _PLAIN_LUMA:
        return np.asarray(frame.to_ndarray(format="gray"), np.uint8)
    plane = frame.planes[0]
    rows: Luma = np.frombuffer(memoryview(plane), np.uint8)[: plane.line_size * plane.height]
    return rows.reshape(plane.height, plane.line_size)[:, : plane.width]


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
