#!/usr/bin/env bash
# pysubs2 1.8.1 takes the text of a WebVTT cue as it stands, while the format has character references (&amp; &lt; &gt;):
# a valid cue "R&amp;D: a &lt; b" becomes an SRT subtitle that shows "R&amp;D: a &lt; b" to viewers. The other way it writes
# "<" and "&" as they are: of the subtitle "a<b and b>c" a reader of WebVTT, webvtt-py or pysubs2 itself, has "ac" left.
#
# Prints what was written and read; exits 1 when one of the two is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pysubs2==1.8.1 webvtt-py==0.6.0
"$folder/venv/bin/python" - <<'PY'
import sys

import pysubs2
import webvtt

valid = "WEBVTT\n\n00:00.000 --> 00:02.000\nR&amp;D: a &lt; b\n"
shown = pysubs2.SSAFile.from_string(valid).to_string("srt").splitlines()[2]

spoken = pysubs2.SSAFile()
spoken.append(pysubs2.SSAEvent(start=0, end=2000, text="a<b and b>c"))
written = spoken.to_string("vtt")
left = webvtt.from_string(written)[0].text, pysubs2.SSAFile.from_string(written)[0].plaintext

print(f"pysubs2 {pysubs2.VERSION}: SRT made of a valid WebVTT cue shows {shown!r}")
print(f"its WebVTT of 'a<b and b>c' holds {written.splitlines()[4]!r}; webvtt-py and pysubs2 read {left}")
sys.exit(0 if shown == "R&amp;D: a &lt; b" and left == ("ac", "ac") else 1)
PY
