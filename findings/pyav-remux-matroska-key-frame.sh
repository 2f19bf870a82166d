#!/usr/bin/env bash
# PyAV 18.1.0: copying packets in the way that is usual, "skip the packets without a dts, they only flush", loses the key
# frame of a Matroska file whose video has B-frames. Matroska keeps no decoding times, so the first packet of all comes
# with its pts and without a dts; a flushing packet is told by its size of 0. The copy then has nothing to decode from.
#
# Prints how many frames decode of the source and of both copies; exits 1 when the usual way keeps them all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check av==18.1.0 numpy
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys

import av
import numpy as np

av.logging.set_level(av.logging.PANIC)


def make(path):
    with av.open(path, "w", format="matroska") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "veryfast", "bf": "2"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(50):
            pixels = np.full((64, 64, 3), 5 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))


def copy(source, target, is_flush):
    skipped = []
    with av.open(source) as container, av.open(target, "w") as written:
        stream = written.add_stream_from_template(container.streams.video[0])
        for packet in container.demux(video=0):
            if is_flush(packet):
                skipped.append((packet.pts, packet.is_keyframe, packet.size > 0))
                continue
            packet.stream = stream
            written.mux(packet)
    return skipped


def count(path):
    try:
        with av.open(path) as container:
            return sum(1 for _ in container.decode(video=0))
    except av.error.FFmpegError:
        return 0


make("source.mkv")
usual = copy("source.mkv", "usual.mkv", lambda packet: packet.dts is None)
by_size = copy("source.mkv", "by-size.mkv", lambda packet: packet.size == 0)
counts = count("source.mkv"), count("usual.mkv"), count("by-size.mkv")
print(f"PyAV {av.__version__}: of {counts[0]} frames the usual copy has {counts[1]}, the copy by size {counts[2]}")
print(f"skipped by the usual way (pts, key frame, has data): {usual}")
sys.exit(0 if counts[1] < counts[0] == counts[2] and any(key and data for _, key, data in usual) else 1)
PY
