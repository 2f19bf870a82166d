"""The recogniser's model and pipeline, sparing: nothing is encoded twice, and chunks are decoded together.

    chunk ─▶ encoded ─┬────────▶ its language
                      └┐                           ┌─ sure ─────────────────────────────▶ words of one
    chunk ─▶ encoded ──┴─▶ decoded side by side, ──┴─ unsure ─▶ once more, by a beam ──▶ words of the other
                           greedily

Of a step of the decoder most is reading the model's weights, and they are read once for all chunks. A chunk is encoded
by itself: two at once take longer, since they do not fit the processor's memory. No chunk knows of another.

Where the model is sure of its words, a search along a beam finds the very same ones, for twice the time; where it is
not, as with several people or a bad line, the beam has fewer of them wrong.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.audio import pad_or_trim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


_REMEMBERED = 8
"""Chunks; each takes 4 MB."""

SURE = -0.16
"""Mean log probability of a chunk's words from which on they are taken as they are found greedily. On 31 minutes of
known text, people's and made, that leaves as few words wrong as the beam everywhere, which is asked about each eighth
chunk of clear speech and each third of talk by telephone; -0.2 leaves more."""


class SparingModel(WhisperModel):  # type: ignore[misc]  # it comes without types
    """Remembers what it encoded, to find out the language or at first, until it is wanted again."""

    def __init__(self, folder: str, *, threads: int) -> None:
        super().__init__(folder, device="cpu", compute_type="int8", cpu_threads=1, num_workers=threads)
        self._encoded: dict[bytes, Any] = {}

    def find_language(self, samples: NDArray[np.float32]) -> tuple[str, float]:
        """The likeliest language of up to 30 s, by the model's name for it, and its probability."""
        features = pad_or_trim(self.feature_extractor(samples)[..., :-1])  # as the pipeline makes them
        encoded = self._encode_one(features)
        if len(self._encoded) < _REMEMBERED:
            self.remember(features, encoded)
        ((token, probability), *_) = self.model.detect_language(encoded)[0]
        return token.strip("<|>"), float(probability)

    def remember(self, features: NDArray[np.float32], encoded: Any) -> None:
        """Keep the states of one chunk, (1, frames, size), until they are asked for."""
        self._encoded[features.tobytes()] = encoded

    def encode(self, features: NDArray[np.float32]) -> Any:
        """The states of one chunk or several: (mels, frames) or (chunks, mels, frames)."""
        encoded = [self._encode_one(one) for one in features.reshape(-1, *features.shape[-2:])]
        return encoded[0] if len(encoded) == 1 else StorageView.from_array(np.concatenate(encoded))

    def _encode_one(self, features: NDArray[np.float32]) -> Any:
        known = self._encoded.pop(features.tobytes(), None)
        return super().encode(features) if known is None else known


class SideBySide(BatchedInferencePipeline):  # type: ignore[misc]  # it comes without types
    """For one call of `transcribe`; all its chunks are one batch.

    Attributes:
        heard: Of each chunk its segments, with times from its start.
    """

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.heard: list[list[dict[str, Any]]] = []
        self._decoded: tuple[Any, list[Any]] | None = None

    def forward(
        self, features: NDArray[np.float32], tokenizer: Any, chunks_metadata: Sequence[dict[str, Any]], options: Any
    ) -> list[list[dict[str, Any]]]:
        """Decode all, then give each chunk its words as if it were the only one."""
        encoded, decoded = self.generate_segment_batched(features, tokenizer, options)
        states = np.asarray(encoded)
        for place, facts in enumerate(chunks_metadata):
            mine = slice(place, place + 1)
            self._decoded = StorageView.from_array(states[mine]), decoded[mine]
            self.last_speech_timestamp = 0.0
            self.heard += super().forward(features[mine], tokenizer, [{**facts, "offset": 0.0}], options)
        return self.heard

    def generate_segment_batched(self, features: NDArray[np.float32], tokenizer: Any, options: Any) -> tuple[Any, Any]:
        """Encode and decode; what `forward` has decoded is not decoded again."""
        if self._decoded is not None:
            return self._decoded
        encoded, decoded = super().generate_segment_batched(features, tokenizer, replace(options, beam_size=1))
        unsure = [place for place, one in enumerate(decoded) if one["avg_logprob"] < SURE]
        if unsure:
            states = np.asarray(encoded)
            for place in unsure:
                self.model.remember(features[place], StorageView.from_array(states[place : place + 1]))
            _, anew = super().generate_segment_batched(features[unsure], tokenizer, options)
            for place, one in zip(unsure, anew, strict=True):
                decoded[place] = one
        return encoded, decoded
