"""A process that lets atheris change the examples of one parser, led by what of our code runs; ends at a failure.

python parser_fuzzer.py PARSER RUNS FOLDER
"""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["automagic"]):
    from tests.support.texts.parsers import PARSERS, run


def main(name: str, runs: str, folder: str) -> None:
    """Feed the parser; atheris ends the process itself."""
    logging.disable(logging.CRITICAL)
    parser = PARSERS[name]
    corpus = Path(folder, "corpus")
    corpus.mkdir()
    for number, seed in enumerate(parser.seeds):
        (corpus / str(number)).write_bytes(seed)
    place = Path(tempfile.mkdtemp(dir=folder))
    limits = [f"-runs={runs}", "-seed=1", "-max_len=20000", "-timeout=60", "-rss_limit_mb=4096", "-verbosity=0"]
    atheris.Setup(
        [sys.argv[0], *limits, f"-artifact_prefix={folder}/", str(corpus)], lambda data: run(parser, data, place)
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
