#!/usr/bin/env bash
# x264 in PyAV 18.1.0: how thoroughly the encoder searches reaches the stream's parameter sets. Below `subme` 6 it turns
# its psychovisual search off, and takes back what that had moved of the chroma quantiser, which the picture parameter set
# states. So two segments of one preset, size and rate, which differ in `subme` alone, cannot stand one after the other by
# stream copy from the preset "fast" on. With the offset that the search would have made, `chroma-qp-offset=-2`, they can.
#
# Prints for each preset whether the parameter sets are the same; exits 1 when that is otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import io
import sys

import av
import numpy as np

PICTURES = [np.full((96, 64), 40 + 10 * number, np.uint8) for number in range(4)]


def parameter_sets(preset, more=""):
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": preset, "x264-params": more})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for picture in PICTURES:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as container:
        return bytes(container.streams.video[0].codec_context.extradata)


found = {}
for preset in ("veryfast", "faster", "fast", "medium", "slow"):
    usual = parameter_sets(preset)
    found[preset] = tuple(
        usual == parameter_sets(preset, more) for more in ("subme=0", "subme=0:chroma-qp-offset=-2")
    )
    print(f"{preset}: the same with subme=0 {found[preset][0]}, with chroma-qp-offset=-2 beside it {found[preset][1]}")
quick, thorough = ("veryfast", "faster"), ("fast", "medium", "slow")
as_seen = all(found[one][0] for one in quick) and all(found[one] == (False, True) for one in thorough)
sys.exit(0 if as_seen else 1)
PY
