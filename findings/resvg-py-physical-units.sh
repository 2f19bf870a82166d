#!/usr/bin/env bash
# resvg-py 0.5.0: an SVG whose size is stated in mm, cm, in or pt, as drawing programs write it, is refused ("SVG has an
# invalid size") although it is valid and has a view box. The binding's default resolution is dpi=0.0, where the library
# beneath it takes 96 (as CSS does), so that every physical length is 0. With dpi=96 the same drawing is 227 x 45 pixels.
#
# Prints both outcomes; exits 1 when the first call no longer fails or the second one no longer gives that size.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: resvg-py==0.5.0
"$folder/venv/bin/python" - <<'PY'
import struct
import sys
from importlib.metadata import version

import resvg_py

svg = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="12mm" viewBox="0 0 300 60">'
    '<rect width="300" height="60" fill="#08c"/></svg>'
)
try:
    resvg_py.svg_to_bytes(svg_string=svg)
    default = "drawn"
except ValueError as error:
    default = f"ValueError: {error}"
size = struct.unpack(">II", bytes(resvg_py.svg_to_bytes(svg_string=svg, dpi=96))[16:24])
print(f"resvg-py {version('resvg-py')}: by default {default}; with dpi=96 a picture of {size[0]} x {size[1]}")
sys.exit(0 if default.startswith("ValueError") and size == (227, 45) else 1)
PY
