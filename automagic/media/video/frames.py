"""From decoded frames of any kind to the video's own: upright, progressive, cropped, yuv420p in BT.709, limited range.

frame ─ deinterlace ─ turn ─ crop ─ scale ─┬──────────────────────── yuv420p
        if it must    if it must           └─ RGB ─ table of colours ─┘   high dynamic range, wide gamut
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import MediaError
from automagic.media.video.color_tables import build_table, write_cube
from automagic.media.video.fields import FieldFinder, is_combed
from automagic.media.video.orientation import Orientation, orientation_of
from automagic.media.video.planes import Planes

if TYPE_CHECKING:
    from av import VideoFrame
    from av.filter import Graph

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
    """Makes whole frames of interlaced ones, from the first such frame on; others pass untouched.

        frame of two fields ─┬─ bwdif ──▶ a frame of one moment ─┐
                             └─ as it is ────────────────────────┴─▶ the second, unless it shows a comb

    Files say "interlaced" of progressive pictures as well (25p in 50i, film, a face that keeps still): those lose
    lines by being deinterlaced, and stay as they are. Others say nothing, though they were captured from tape: the
    first frames wait until it is seen whether their fields are of two moments.
    """

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._kind: tuple[object, ...] = ()
        self._waiting: deque[VideoFrame] = deque()
        self._before: VideoFrame | None = None
        self._finder = FieldFinder()
        self._held: list[VideoFrame] = []
        self._all = False
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
        if kind != self._kind:
            ready, self._graph, self._before, self._kind = self._drain(), None, None, kind
        if self._graph is not None:
            return ready + self._push(frame, self._graph)
        if frame.interlaced_frame:
            self._begin(frame, ("bwdif", "mode=send_frame:deint=interlaced"))
        else:
            self._finder.see(frame)
            if self._finder.is_looking:
                self._held.append(frame)
                return ready
            if self._finder.order and not self._all:
                self._all = True
                self._begin(frame, ("setfield", self._finder.order), ("bwdif", "mode=send_frame:deint=all"))
        held, self._held = [*self._held, frame], []
        for one in held:
            ready += [one] if self._graph is None else self._push(one, self._graph)
        return ready

    def _begin(self, frame: VideoFrame, *chain: tuple[str, str | None]) -> None:
        self._graph = build_graph(frame, list(chain))
        self._colors = frame.colorspace, frame.color_range

    def _push(self, frame: VideoFrame, graph: Graph) -> list[VideoFrame]:
        self._waiting.append(frame)
        # Colours make no difference to it, and a file may tag some of its frames and others not: they are all passed
        # as the first one is, for a graph takes frames of one kind.
        own = frame.colorspace, frame.color_range
        frame.colorspace, frame.color_range = self._colors
        graph.vpush(frame)
        frame.colorspace, frame.color_range = own
        return self._pull()

    def _drain(self) -> list[VideoFrame]:
        held, self._held = self._held, []
        if self._graph is None:
            return held
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
        if not (self._all or stored.interlaced_frame) or not is_combed(stored, whole, near):
            return stored
        self._engaged = True
        whole.pts, whole.time_base = stored.pts, stored.time_base
        whole.colorspace, whole.color_range = stored.colorspace, stored.color_range
        return whole


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
