#!/usr/bin/env bash
# sentencex 1.0.32 parts the word ".NET" in two, as if its dot ended a sentence. And from a "<" to the next ">" it finds no
# end of a sentence at all: the two are taken for quotation marks, although numbers stand behind them.
#
# Prints the sentences; exits 1 when either is read otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check sentencex==1.0.32
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from sentencex import segment

net = [sentence.strip() for sentence in segment("en", "We use .NET today. It works.")]
less = [sentence.strip() for sentence in segment("en", "The value is < 5. That is low. It was > 3 before.")]
print(f"sentencex {version('sentencex')}: {net}, {less}")
sys.exit(0 if net[:2] == ["We use .", "NET today."] and len(less) == 1 else 1)
PY
