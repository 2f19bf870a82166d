"""The recogniser's pipeline, changed in one thing: chunks that are decoded together do not know of one another.

    chunk ─▶ encoded ─┐                         ┌─▶ words of one
    chunk ─▶ encoded ─┴─▶ decoded side by side ─┴─▶ words of the other

Of a step of the decoder most is reading the model's weights, and they are read once for all chunks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import BatchedInferencePipeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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
        decoded: tuple[Any, Any] = super().generate_segment_batched(features, tokenizer, options)
        return decoded
