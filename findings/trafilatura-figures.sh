#!/usr/bin/env bash
# trafilatura 2.3.1: a quote that a page puts into <figure> is dropped without a word. HTML's own form of a quote with its
# speaker is <figure><blockquote>…</blockquote><figcaption>…</figcaption></figure>, and WordPress writes pull quotes so:
# an article loses them, while the same quote outside of a figure, and a table inside one, are kept.
#
# Prints what was found in each form; exits 1 when such a quote is no longer dropped.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check trafilatura==2.3.1 lxml_html_clean==0.4.6
"$folder/venv/bin/python" - <<'PY'
import sys

import trafilatura

prose = "<p>The mill stood by the river for two hundred years, and every loaf of the town was made of its flour.</p>" * 4
quote = "<blockquote><p>We never once ran out of water, not even in the driest of all summers.</p></blockquote>"
table = "<table><tr><td>Flour of the driest summer</td><td>40 tonnes</td></tr></table>"
forms = {
    "a quote": quote,
    "a quote in a figure": f"<figure>{quote}</figure>",
    "a quote in a figure with its speaker": f"<figure>{quote}<figcaption>Ada Moss, miller</figcaption></figure>",
    "a table in a figure": f"<figure>{table}</figure>",
}
kept = {
    name: "driest" in (trafilatura.extract(f"<html><body><article>{prose}{form}{prose}</article></body></html>") or "")
    for name, form in forms.items()
}
print(f"trafilatura {trafilatura.__version__}: {kept}")
sys.exit(0 if list(kept.values()) == [True, False, False, True] else 1)
PY
