#!/usr/bin/env bash
# pysubs2 1.8.1: a row that is a number alone is dropped without a word where it ends the text of a cue: in the last cue of
# an SRT file, and in any cue of a WebVTT file. It is taken for the number of a cue that follows, which is not there
# after the last one, and which WebVTT does not need. Who says "The answer is / 42" loses the answer.
#
# Prints what was read; exits 1 when a row is no longer dropped.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pysubs2==1.8.1
"$folder/venv/bin/python" - <<'PY'
import sys

import pysubs2

srt = "1\n00:00:01,000 --> 00:00:02,000\nThe answer is\n42\n\n2\n00:00:03,000 --> 00:00:04,000\nIn all we had\n7\n"
vtt = "WEBVTT\n\n00:00.000 --> 00:01.000\nThe answer is\n42\n\n00:01.000 --> 00:02.000\n7\nherons\n"
read = {form: [event.plaintext for event in pysubs2.SSAFile.from_string(text, format_=form)]
        for form, text in (("srt", srt), ("vtt", vtt))}
print(f"pysubs2 {pysubs2.VERSION}: {read}")
same = read == {"srt": ["The answer is\n42", "In all we had"], "vtt": ["The answer is", "7\nherons"]}
sys.exit(0 if same else 1)
PY
