#!/usr/bin/env bash
# PyAV 18.1.0: looking at `frame.side_data` ties the frame into a circle of references, so that every decoded picture that
# was looked at stays in memory until Python's collector happens to run: about 3 MB for each frame of 1080p, and the
# collector counts objects, not megabytes. `frame.rotation`, which is read from the same side data, does not do so.
#
# Prints how many objects the collector found after 60 frames; exits 1 when there is no circle any more.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import gc
import io
import sys

import av
import numpy as np


def film():
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(60):
            picture = np.full((540, 640), number * 3, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode())
    file.seek(0)
    return file


def left_behind(look):
    gc.collect()
    gc.disable()
    with av.open(film()) as container:
        for frame in container.decode(video=0):
            look(frame)
    del frame
    found = gc.collect()
    gc.enable()
    return found


found = {name: left_behind(lambda frame, name=name: getattr(frame, name)) for name in ("pts", "rotation", "side_data")}
print(f"PyAV {av.__version__}: {found}")
sys.exit(0 if found["rotation"] == 0 and found["side_data"] >= 60 else 1)
PY
