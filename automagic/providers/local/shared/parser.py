"""How the words of English sentences hang together: a small dependency parser of spaCy, in a child process.

    "The council voted." ──▶ tagger, parser, lemmatizer ──▶ ParsedSentence

The upper half of this file runs in the child process and the lower half in ours.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import sys
import threading
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError
from automagic.language.syntax.tree import ParsedSentence, ParsedWord
from automagic.providers.local.shared.child_engine import ChildEngine
from automagic.weights.model_files import ensure_model, fingerprint, is_here

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MODELS: Mapping[str, str] = {"en": "english-trees"}
"""The model of each language that has one."""

CALL_TEXTS = 256
LONGEST = 1000
"""Characters of a sentence; a longer one is no sentence, and costs its length squared to walk over."""

# ------------------------------------------------------------------------------------------ in the child process

_load_lock = threading.Lock()

_EMPTY_TOKENIZER = "automagic.EmptyTokenizer.v1"


def parse(texts: list[str], model_folder: str) -> list[list[list[Any]]]:
    """For each text its words as lists, in the order of the fields of `ParsedWord`."""
    with _load_lock:
        pipeline = _pipeline(model_folder)
        return [
            [[w.idx, w.idx + len(w.text), w.lemma_.lower(), w.pos_, w.tag_, w.dep_, w.head.i] for w in parsed]
            for parsed in pipeline.pipe(texts)
        ]


@contextlib.contextmanager
def _without_commands() -> Iterator[None]:
    """Spare spaCy the commands that it imports with itself: they load HTTP clients and templates, 0.2 s of CPU time."""
    commands = {name: ModuleType(name) for name in ("spacy.cli", "spacy.cli.info") if name not in sys.modules}
    for module in commands.values():
        module.__dict__["info"] = None
    sys.modules |= commands
    try:
        yield
    finally:
        for name in commands:
            del sys.modules[name]


@cache
def _pipeline(model_folder: str) -> Any:
    with _without_commands():
        import spacy
    from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # compiled, and published without types
    from spacy.util import registry

    # The model's folder holds the whole of its tokenizer; the one of the language would be built first, of 1,300 rules.
    registry.tokenizers(_EMPTY_TOKENIZER, func=lambda: lambda nlp: Tokenizer(nlp.vocab))
    empty = {"nlp": {"tokenizer": {"@tokenizers": _EMPTY_TOKENIZER}}}
    try:
        return spacy.load(model_folder, exclude=["ner", "senter"], config=empty)
    except Exception as error:  # what the library raises has no class of its own
        raise ConfigurationError(
            f"the model in {model_folder} cannot be loaded: {error}", hint="Run `automagic models verify`."
        ) from error


# ------------------------------------------------------------------------------------------ in the parent process


class SentenceParser(ChildEngine):
    """Parses sentences in a child process."""

    module = __name__

    def can_parse(self, language: str) -> bool:
        """Whether the library and a model for the language are installed."""
        known = language in MODELS and importlib.util.find_spec("spacy") is not None
        return known and is_here(self._home, MODELS[language])

    def fingerprint(self, language: str) -> str:
        """Everything but the sentences that can change their trees, for the keys of steps; "" without a parser."""
        from importlib.metadata import version

        if not self.can_parse(language):
            return ""
        facts = [fingerprint(MODELS[language]), f"spacy {version('spacy')}"]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    async def parse(self, texts: Sequence[str], language: str) -> dict[str, ParsedSentence]:
        """Each text with its tree; those that are too long for a sentence are left out.

        Raises:
            ConfigurationError: The model is missing or damaged.
        """
        from automagic.machine.leaving import in_thread

        folder = str(await in_thread(ensure_model, self._home, MODELS[language]))
        wanted = list(dict.fromkeys(text for text in texts if text.strip() and len(text) <= LONGEST))
        trees: dict[str, ParsedSentence] = {}
        for at in range(0, len(wanted), CALL_TEXTS):
            part = wanted[at : at + CALL_TEXTS]
            found = await self._child.call("parse", texts=part, model_folder=folder)
            for text, words in zip(part, found, strict=True):
                trees[text] = ParsedSentence(text, tuple(ParsedWord(*word) for word in words))
        return trees
