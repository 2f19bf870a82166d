#!/usr/bin/env bash
# PyAV 18.1.0: `frame.opaque` is kept by the identity of the object, not by the frame. The same object given to two frames
# is forgotten by both as soon as the first of them goes: the second then says None. An equal copy for each is safe.
#
# Prints what the second frame says before and after; exits 1 when it keeps what it was given.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check av==18.1.0
"$folder/venv/bin/python" - <<'PY'
import sys

import av


def of_the_second(marks):
    frames = [av.VideoFrame(64, 64, "yuv420p") for _ in range(2)]
    for number, mark in enumerate(marks):
        frames[number].opaque = mark
    before = frames[1].opaque
    frames.pop(0)
    return before, frames[0].opaque


mark = ("shot", 1)
shared, own = of_the_second([mark, mark]), of_the_second([("shot", 1), tuple(["shot", 1])])
print(f"PyAV {av.__version__}: one object for both {shared}, one for each {own}")
sys.exit(0 if shared == (mark, None) and own == (mark, mark) else 1)
PY
