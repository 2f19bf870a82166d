"""What sentences mean, as vectors: all-MiniLM-L6-v2, run by NumPy alone.

    text ─▶ word pieces ─▶ 6 layers of attention ─▶ mean over the pieces ─▶ unit length: (384,)

Sentences about the same thing point the same way: the dot product of two vectors is their likeness, -1..1. The model
learned English; sentences in other languages that share words are still alike.

The upper half of this file runs in the child process and the lower half in ours.
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import math
import mmap
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError
from automagic.providers.local.shared.child_engine import ChildEngine
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.weights.model_files import ensure_model, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

REVISION = 1
"""Raised when the arithmetic of this file changes the vectors."""

MODEL = "sentence-vectors"
SIZE = 384
LAYERS = 6
HEADS = 12
LONGEST = 128
"""Word pieces; the model was trained on sentences up to this length."""
EPSILON = 1e-12

BATCH_PIECES = 2048
"""Word pieces that are worked on together: larger batches are no faster and need more memory."""
CALL_TEXTS = 256

# ------------------------------------------------------------------------------------------ in the child process

_load_lock = threading.Lock()


def embed(texts: list[str], model_folder: str) -> bytes:
    """The texts' unit vectors, float32 little endian, (n, SIZE); an empty text is a vector of zeros."""
    import numpy as np

    with _load_lock:
        tokenizer, weights = _tokenizer(model_folder), _weights(model_folder)
    pieces = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    vectors = np.zeros((len(texts), SIZE), np.float32)
    for batch in _batches([len(ids) for ids in pieces]):
        vectors[batch] = _forward(np.array([pieces[index] for index in batch]), weights)
    vectors[[not text.strip() for text in texts]] = 0.0
    return vectors.astype("<f4").tobytes()


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of texts of equal length, so that nothing is padded and no text depends on another's length."""
    order = sorted(range(len(lengths)), key=lambda index: (lengths[index], index))
    for length, group in itertools.groupby(order, key=lambda index: lengths[index]):
        indices = list(group)
        step = max(1, BATCH_PIECES // length)
        for start in range(0, len(indices), step):
            yield indices[start : start + step]


@cache
def _tokenizer(model_folder: str) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(Path(model_folder) / "tokenizer.json"))
    except Exception as error:  # what the library raises has no class of its own
        raise _damaged(error) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


@cache
def _weights(model_folder: str) -> dict[str, Floats]:
    """The model's matrices by name, mapped from the file; those of linear layers turned for `x @ w`.

    The format: a length (8 bytes), a JSON header of that length, and the numbers
    (https://github.com/huggingface/safetensors#format).
    """
    import numpy as np

    path = Path(model_folder) / "model.safetensors"
    weights: dict[str, Floats] = {}
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        begin = 8 + int.from_bytes(data[:8], "little")
        header = parse_json(data[8:begin], name=path.name)
        for name, entry in header.items():
            if name == "__metadata__" or entry["dtype"] != "F32":
                continue
            first, end = entry["data_offsets"]
            values = np.frombuffer(data, "<f4", (end - first) // 4, begin + first).reshape(entry["shape"])
            weights[name] = values.T if name.endswith("dense.weight") or ".self." in name else values
    except (OSError, MalformedText, ValueError, KeyError) as error:
        raise _damaged(error) from error
    return weights


def _damaged(error: Exception) -> ConfigurationError:
    return ConfigurationError(f"the model {MODEL} cannot be loaded: {error}", hint="Run `automagic models verify`.")


def _forward(pieces: NDArray[np.int64], weights: dict[str, Floats]) -> Floats:
    """Unit vectors of sentences of equal length, (n, length) to (n, SIZE): BERT with the mean of its last layer."""
    import numpy as np

    count, length = pieces.shape
    embeddings = "embeddings."
    x = (
        weights[embeddings + "word_embeddings.weight"][pieces]
        + weights[embeddings + "position_embeddings.weight"][:length]
        + weights[embeddings + "token_type_embeddings.weight"][0]
    )
    x = _normalise(x.reshape(-1, SIZE), weights, embeddings + "LayerNorm")

    def linear(x: Floats, name: str) -> Floats:
        product: Floats = x @ weights[name + ".weight"]
        product += weights[name + ".bias"]
        return product

    def heads(x: Floats) -> Floats:
        return x.reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3)

    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        query, key, value = (heads(linear(x, f"{layer}attention.self.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(SIZE / HEADS))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        joined = mixed.transpose(0, 2, 1, 3).reshape(-1, SIZE)
        x = _normalise(
            x + linear(joined, layer + "attention.output.dense"), weights, layer + "attention.output.LayerNorm"
        )
        inner = _gelu(linear(x, layer + "intermediate.dense"))
        x = _normalise(x + linear(inner, layer + "output.dense"), weights, layer + "output.LayerNorm")
    means = x.reshape(count, length, SIZE).mean(axis=1)
    unit: Floats = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    return unit


def _normalise(x: Floats, weights: dict[str, Floats], name: str) -> Floats:
    import numpy as np

    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.einsum("ij,ij->i", centred, centred)[:, None] / SIZE + EPSILON)
    scaled: Floats = centred / spread * weights[name + ".weight"] + weights[name + ".bias"]
    return scaled


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution's share below x; by Abramowitz and Stegun 7.1.26, wrong by 1.5e-7 at most."""
    import numpy as np

    z = np.abs(x) * np.float32(1 / math.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series *= t
        series += np.float32(coefficient)
    tail = series * t * np.exp(-z * z)  # 1 - erf(z)
    share: Floats = np.where(x >= 0, 1 - tail / 2, tail / 2)
    return x * share


# ------------------------------------------------------------------------------------------ in the parent process


class SentenceVectors(ChildEngine):
    """Turns sentences into vectors in a child process."""

    module = __name__

    def fingerprint(self) -> str:
        """Everything but the texts that can change the vectors: for the keys of steps. Reads no model."""
        from importlib.metadata import version

        _require_package()
        facts = [
            fingerprint(MODEL),
            f"revision {REVISION}",
            *(f"{name} {version(name)}" for name in ("tokenizers", "numpy")),
        ]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The texts' unit vectors, (n, 384); an empty text is a vector of zeros.

        Raises:
            ConfigurationError: The package or the model is missing or damaged.
        """
        import numpy as np

        from automagic.machine.leaving import in_thread

        _require_package()
        folder = str(await in_thread(ensure_model, self._home, MODEL))
        parts = [
            await self._child.call("embed", texts=list(texts[at : at + CALL_TEXTS]), model_folder=folder)
            for at in range(0, len(texts), CALL_TEXTS)
        ]
        return np.frombuffer(b"".join(parts), "<f4").reshape(-1, SIZE)


def _require_package() -> None:
    if importlib.util.find_spec("tokenizers") is None:
        raise ConfigurationError(
            "sentences cannot be compared: the package tokenizers is not installed",
            hint="Run `pip install 'automagic[clips]'`.",
        )
