"""A clip for an editing program: what is cut where, written so that an editor goes on from there.

    stretches, cues ─▶ sequences.ClipSequence ─┬─▶ otio.write_otio        OpenTimelineIO: one file a clip
    recorded.inspect_recording ─────────────────┴─▶ fcpxml.write_fcpxml    Final Cut Pro, Resolve: all clips in one

Both point at the recording where it lies and count its own frames: no picture is copied, no time is rounded to another
rate. What a format cannot hold (a crop for another shape) stands in notes and metadata.
"""
