"""What the default voice takes of the processor for a second that it speaks, beside the model as it is published.

    python scripts/bench_speech.py HOME     print both; HOME has the models
    measure(home)                           yield (ours, published) for each pair, in CPU s per s of speech

Both speak the same sentence in turn on one thread of this process, so that a busy machine is busy for both.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from automagic.providers.local.kokoro import engine as kokoro
from automagic.providers.local.shared.speech import open_model
from automagic.weights.model_files import model_folder

SENTENCES = (
    "Every day, about forty ships cross a continent by climbing a hill of water.",
    "No pump is needed, because gravity moves every drop.",
    "Engineers now reuse part of the water in side basins, and plan a second lake to survive the driest years.",
)


def measure(home: Path, *, pairs: int = 5) -> Iterator[tuple[float, float]]:
    """Speak all sentences with both, so many times after a first that is not counted."""
    folder = model_folder(home, "kokoro")
    sessions = [kokoro._session(str(folder)), open_model(folder / kokoro.MODEL_FILE)]
    with tempfile.TemporaryDirectory() as scratch:
        for pair in range(pairs + 1):
            cpu_s, spoken_s = [0.0, 0.0], [0.0, 0.0]
            for text in SENTENCES:
                for which, session in enumerate(sessions):
                    started = time.process_time()
                    with mock.patch.object(kokoro, "_session", return_value=session):
                        spoken = kokoro.speak(text, "af_heart", "en", str(folder), f"{scratch}/a.wav")
                    cpu_s[which] += time.process_time() - started
                    spoken_s[which] += spoken["frames"] / spoken["sample_rate"]
            if pair:
                ours, published = (cpu / spoken for cpu, spoken in zip(cpu_s, spoken_s, strict=True))
                yield ours, published


if __name__ == "__main__":
    for own, other in measure(Path(sys.argv[1])):
        print(f"{own:.3f} {other:.3f} CPU s per s of speech: {own / other:.2f}")
