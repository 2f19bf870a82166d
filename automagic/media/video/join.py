"""Segments and sound into one file: packets are copied, nothing is decoded or encoded.

    segment 1  ├ 0 … n₁-1 ┤
    segment 2              ├ 0 … n₂-1 ┤            each shifted by the frames before it
    sound      ├──────────────────────────┤
    MP4        ftyp moov mdat

Packets come in decoding order. With B-frames a frame is decoded some frames before it is shown, and every segment
states its own lead: a very short one has none. Decoding times are therefore counted over the whole: packet k is
decoded at k - lead. The container's edit list cuts the lead, and the priming samples of AAC, so that picture and sound
both start at zero.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import MediaError
from automagic.media.video.chapters import Chapter
from automagic.media.video.containers import PACKETS_ONLY

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.container.core import Chapter as ContainerChapter
    from av.packet import Packet
    from av.stream import Stream


@dataclass(frozen=True, slots=True)
class _Format:
    """What must be the same in all segments for their packets to share one stream."""

    codec: str
    tag: str
    width: int
    height: int
    pixels: str | None
    time_base: Fraction | None
    frame_ticks: int
    lead: int
    color: tuple[int, int, int, int]
    extradata: bytes | None


def join_segments(
    segments: Sequence[Path],
    sound: Path | None,
    target: Path,
    *,
    metadata: Mapping[str, str],
    chapters: Sequence[Chapter] = (),
    language: str = "und",
) -> None:
    """Put video segments one after the other, under a sound, without encoding anything.

    Args:
        segments: Silent MP4 files of `SegmentWriter`, in order.
        sound: A file whose first audio stream is AAC; None for a silent video.
        target: Exists only once it is complete.
        metadata: Of the file, such as title, comment, copyright.
        language: ISO 639-2 code of the sound, such as "eng".

    Raises:
        MediaError: A file cannot be read, segments differ in their coding parameters, or frames are missing.
    """
    import av

    if not segments:
        raise MediaError("there are no segments to join")
    partial = target.with_name(target.name + ".partial")
    try:
        with av.open(
            str(partial),
            "w",
            format="mp4",
            container_options={"movflags": "+faststart", "fflags": "+bitexact"},
        ) as output:
            output.metadata.update(metadata)
            if chapters:
                output.set_chapters(_chapters(chapters))
            _copy(segments, sound, output, language)
        partial.replace(target)
    except (OSError, av.FFmpegError) as error:
        raise MediaError(f"{target.name} could not be joined: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _chapters(chapters: Sequence[Chapter]) -> list[ContainerChapter]:
    return [
        {
            "id": number,
            "start": round(chapter.start_s * 1000),
            "end": round(chapter.end_s * 1000),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": chapter.title},
        }
        for number, chapter in enumerate(chapters)
    ]


def _copy(segments: Sequence[Path], sound: Path | None, output: OutputContainer, language: str) -> None:
    import av

    with av.open(str(segments[0])) as first:
        expected = _read_format(first, segments[0])
        picture = output.add_stream_from_template(first.streams.video[0], opaque=True)
        picture.codec_tag = expected.tag
        picture.metadata.update({"language": "und", "handler_name": "Video"})
    streams = [_segment_packets(segments, expected, picture)]
    if sound is None:
        _mux(streams, output)
        return
    with av.open(str(sound)) as source:
        if not source.streams.audio or source.streams.audio[0].codec_context.codec.canonical_name != "aac":
            raise MediaError(f"{sound.name} holds no AAC sound", hint="Encode it once before joining.")
        heard = source.streams.audio[0]
        track = output.add_stream_from_template(heard)
        track.metadata.update({"language": language, "handler_name": "Sound"})
        streams.append(_sound_packets(source, track))
        _mux(streams, output)


def _mux(streams: Sequence[Iterator[tuple[float, Packet[Any]]]], output: OutputContainer) -> None:
    """Write packets of all streams in the order of their decoding times, so that the muxer need not hold them back."""
    for _, packet in heapq.merge(*streams, key=itemgetter(0)):
        output.mux_one(packet)


def _seconds(ticks: int, base: Fraction) -> float:
    """The float nearest to a time: the same for equal times of two streams, and far quicker than a fraction."""
    return ticks * base.numerator / base.denominator


def _sound_packets(source: InputContainer, track: Stream) -> Iterator[tuple[float, Packet[Any]]]:
    """The packets of a sound with their decoding times in seconds."""
    packets: Iterator[Packet[Any]] = source.demux(audio=0)
    base = source.streams.audio[0].time_base or Fraction(1)
    for packet in packets:
        if packet.dts is None:
            continue  # the empty packet that ends a stream
        packet.stream = track
        yield _seconds(packet.dts, base), packet


def _segment_packets(segments: Sequence[Path], expected: _Format, track: Stream) -> Iterator[tuple[float, Packet[Any]]]:
    """All segments' packets on one timeline, with their decoding times in seconds."""
    import av

    ticks, base = expected.frame_ticks, expected.time_base or Fraction(1)
    before = 0
    for path in segments:
        with av.open(str(path), options=PACKETS_ONLY) as container:
            found = _read_format(container, path)
            if found.extradata:  # parameter sets, which are compared, say both of what a decoder would have found
                found = replace(found, pixels=expected.pixels, lead=expected.lead)
            if found != expected:
                raise MediaError(
                    f"the segment {path.name} is coded differently from the first: {_difference(expected, found)}",
                    hint="Render all segments with the same settings and program version.",
                )
            times: list[int] = []
            packets: Iterator[Packet[Any]] = container.demux(video=0)
            for packet in packets:
                if packet.pts is None:
                    continue  # the empty packet that ends a stream
                packet.dts = (before + len(times) - expected.lead) * ticks
                times.append(packet.pts)
                packet.pts += before * ticks
                if packet.dts > packet.pts:
                    raise MediaError(f"the segment {path.name} shows a frame before it can be decoded")
                packet.stream = track
                yield _seconds(packet.dts, base), packet
        if sorted(times) != list(range(0, len(times) * ticks, ticks)):
            raise MediaError(f"the segment {path.name} does not hold every frame at its time")
        before += len(times)


def _read_format(container: InputContainer, path: Path) -> _Format:
    if not container.streams.video:
        raise MediaError(f"the segment {path.name} holds no video")
    stream = container.streams.video[0]
    context = stream.codec_context
    rate, time_base = stream.average_rate, stream.time_base
    if not rate or not time_base:
        raise MediaError(f"the segment {path.name} has no frame rate")
    return _Format(
        codec=context.codec.canonical_name,
        tag=context.codec_tag,
        width=context.width,
        height=context.height,
        pixels=context.pix_fmt,
        time_base=time_base,
        frame_ticks=round(1 / (rate * time_base)),
        lead=context.reorder_depth,
        color=(context.color_primaries, context.color_trc, context.colorspace, context.color_range),
        extradata=context.extradata,
    )


def _difference(expected: _Format, found: _Format) -> str:
    names = [item.name for item in fields(_Format) if getattr(expected, item.name) != getattr(found, item.name)]
    return ", ".join(names).replace("extradata", "parameter sets")
