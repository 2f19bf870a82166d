"""Trees of sentences by the real parser, loaded once a process."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from automagic.language.syntax.tree import ParsedSentence, ParsedWord
from automagic.providers.local.shared import parser
from automagic.weights.model_files import ensure_model


@cache
def _model() -> str:
    folder = mkdtemp(prefix="automagic-trees-")
    atexit.register(rmtree, folder, ignore_errors=True)
    return str(ensure_model(Path(folder), parser.MODELS["en"]))


def parse(*texts: str) -> tuple[ParsedSentence, ...]:
    """The trees of English sentences."""
    found = parser.parse(list(texts), _model())
    return tuple(
        ParsedSentence(text, tuple(ParsedWord(*word) for word in words))
        for text, words in zip(texts, found, strict=True)
    )
