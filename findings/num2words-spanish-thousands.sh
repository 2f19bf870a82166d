#!/usr/bin/env bash
# num2words 0.5.14 writes 21,000 in Spanish as "veintiuno mil" and 21,000,000 as "veintiuno millones". Before "mil" and
# "millones" the number loses its last letter: "veintiún mil" (Real Academia Española, Diccionario panhispánico de dudas,
# "uno" 2.2). A voice that reads it aloud says what nobody says.
#
# Prints both; exits 1 when either is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check num2words==0.5.14
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from num2words import num2words

thousands, millions = num2words(21_000, lang="es"), num2words(21_000_000, lang="es")
print(f"num2words {version('num2words')}: {thousands!r}, {millions!r}")
sys.exit(0 if (thousands, millions) == ("veintiuno mil", "veintiuno millones") else 1)
PY
