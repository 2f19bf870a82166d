"""Clips as FCPXML 1.10: one project for each, in one event; Final Cut Pro, DaVinci Resolve and others read it.

    resources   r1 format (shape and rate)   r2 asset (the recording, by its address)
    event ── project ── sequence ── spine ── asset-clip … each stretch, with its captions and markers

Times are rational seconds, always a whole number of frames: 1001/30000 s each at 29.97. OpenTimelineIO's own adapter
for this format counts whole frames a second, so it is not used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from xml.etree import ElementTree as ET

from automagic.media.exports.channels import list_channels
from automagic.media.exports.recorded import Recorded
from automagic.media.exports.sequences import Caption, ClipSequence, Cut, describe_framings

VERSION = "1.10"
_FORMAT, _ASSET = "r1", "r2"
_AUDIO_RATES = {
    32000: "32k",
    44100: "44.1k",
    48000: "48k",
    88200: "88.2k",
    96000: "96k",
    176400: "176.4k",
    192000: "192k",
}
_SOUND_ONLY = (1920, 1080)
"""The shape of sequences of a recording that has none."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold."""


def write_fcpxml(title: str, sequences: Sequence[ClipSequence], recorded: Recorded) -> bytes:
    """All clips of a recording.

    Args:
        title: Of the event.
    """
    root = ET.Element("fcpxml", version=VERSION)
    resources = ET.SubElement(root, "resources")
    grid = recorded.grid
    ET.SubElement(
        resources,
        "format",
        id=_FORMAT,
        frameDuration=_time(1, grid),
        width=str(recorded.width or _SOUND_ONLY[0]),
        height=str(recorded.height or _SOUND_ONLY[1]),
    )
    last = max(cut.source + cut.frames for sequence in sequences for cut in sequence.cuts)
    asset = ET.SubElement(
        resources,
        "asset",
        id=_ASSET,
        name=_text(recorded.file.name),
        start=_time(recorded.first_frame, grid),
        duration=_time(max(recorded.frames, last), grid),
    )
    if recorded.has_picture:
        asset.attrib |= {"hasVideo": "1", "format": _FORMAT, "videoSources": "1"}
    if recorded.channels:
        asset.attrib |= {
            "hasAudio": "1",
            "audioSources": "1",
            "audioChannels": str(recorded.channels),
            "audioRate": str(recorded.sample_rate),
        }
    ET.SubElement(asset, "media-rep", kind="original-media", src=recorded.file.as_uri())
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name=_text(title))
    styles = _Counter()
    for sequence in sequences:
        _add_project(event, sequence, recorded, styles)
    ET.indent(root)
    for text in root.iter("text"):  # here, blanks would be shown
        text.text = text[0].tail = None
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{body}\n'.encode()


class _Counter:
    """Names for text styles; an id may stand only once in a document."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> str:
        self.last += 1
        return f"ts{self.last}"


def _add_project(event: ET.Element, sequence: ClipSequence, recorded: Recorded, styles: _Counter) -> None:
    project = ET.SubElement(event, "project", name=_text(sequence.title))
    shown = ET.SubElement(
        project,
        "sequence",
        format=_FORMAT,
        duration=_time(sequence.frames, recorded.grid),
        tcStart="0s",
        tcFormat="NDF",
        audioLayout="mono" if recorded.channels == 1 else "stereo",
        audioRate=_AUDIO_RATES.get(recorded.sample_rate, "48k"),
    )
    if recorded.variable:
        ET.SubElement(shown, "note").text = (
            f"The recording's frame rate varies ({float(recorded.rate):.3f} on average): "
            f"times are counted at {float(recorded.grid):.3f}."
        )
    spine = ET.SubElement(shown, "spine")
    for cut in sequence.cuts:
        captions = [one for one in sequence.captions if cut.begins <= one.begins < cut.begins + cut.frames]
        clip = _add_clip(spine, cut, captions, sequence.language, recorded, styles)
        if cut.begins == 0:
            ET.SubElement(
                clip,
                "marker",
                start=_time(recorded.first_frame + cut.source, recorded.grid),
                duration=_time(1, recorded.grid),
                value=_text(sequence.title),
                note=_text("\n".join(sequence.reasons)),
            )
        _add_channels(clip, cut, recorded)


def _add_channels(clip: ET.Element, cut: Cut, recorded: Recorded) -> None:
    """Which of the recording's channels are played, where that is not all of them; counted through all tracks."""
    start_s, end_s = (float(frame / recorded.grid) for frame in (cut.source, cut.source + cut.frames))
    listed = [one for one in list_channels(recorded, start_s, end_s) if one.within]
    if all(one.heard and not one.gain_db for one in listed):
        return
    for one in listed:
        source = ET.SubElement(
            clip,
            "audio-channel-source",
            srcCh=", ".join(str(one.first + place + 1) for place in one.within),
            role="dialogue",
            enabled=str(int(one.heard)),
        )
        if one.gain_db:
            ET.SubElement(source, "adjust-volume", amount=f"{one.gain_db:g}dB")


def _add_clip(
    spine: ET.Element, cut: Cut, captions: Sequence[Caption], language: str, recorded: Recorded, styles: _Counter
) -> ET.Element:
    """A stretch, with the captions that begin in it. Inside, time goes on as in the recording."""
    source = recorded.first_frame + cut.source
    clip = ET.SubElement(
        spine,
        "asset-clip",
        ref=_ASSET,
        offset=_time(cut.begins, recorded.grid),
        name=_text(recorded.file.name),
        start=_time(source, recorded.grid),
        duration=_time(cut.frames, recorded.grid),
        tcFormat="DF" if recorded.drop_frame else "NDF",
    )
    if recorded.has_picture:
        clip.set("format", _FORMAT)
    if framed := describe_framings(cut):
        ET.SubElement(clip, "note").text = _text(framed)
    for caption in captions:
        shown = ET.SubElement(
            clip,
            "caption",
            lane="1",
            offset=_time(source + caption.begins - cut.begins, recorded.grid),
            name=_text(caption.text.replace("\n", " ")),
            duration=_time(caption.frames, recorded.grid),
            role=f"SRT?captionFormat=SRT.{language}",
        )
        style = styles.next()
        text = ET.SubElement(shown, "text", placement="bottom")
        ET.SubElement(text, "text-style", ref=style).text = _text(caption.text)
        definition = ET.SubElement(shown, "text-style-def", id=style)
        ET.SubElement(
            definition,
            "text-style",
            font=".SF NS Text",
            fontSize="13",
            fontFace="Regular",
            fontColor="1 1 1 1",
            backgroundColor="0 0 0 1",
        )
    return clip


def _time(frames: int, rate: Fraction) -> str:
    """So many frames in seconds, as the format writes it: "1001/30000s"."""
    if frames == 0:
        return "0s"
    return f"{frames * rate.denominator}/{rate.numerator}s"


def _text(value: str) -> str:
    return _NOT_XML.sub("", value)
