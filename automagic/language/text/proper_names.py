"""Whether a word is a name, by the packaged models of the Hanover Tagger: English and German."""

from __future__ import annotations

import importlib
import threading
from functools import lru_cache
from typing import Any

from automagic.language.text.grammar import tag_words
from automagic.language.text.sentences import primary_tag

_lock = threading.Lock()


def is_proper_name(word: str, language: str) -> bool | None:
    """Whether a capitalised word alone is rather a name than a common noun; None in languages that have no model."""
    tag = primary_tag(language) if language else ""
    if tag == "en":
        return tag_words([word, "said"])[0].startswith("NP0")
    if tag == "de":
        with _lock:
            return str(_german().analyze(word[:25])[1]) == "NE"
    return None


@lru_cache(maxsize=1)
def _german() -> Any:
    """The model: 0.2 s once a process."""
    return importlib.import_module("HanTa.HanoverTagger").HanoverTagger("morphmodel_ger.pgz")
