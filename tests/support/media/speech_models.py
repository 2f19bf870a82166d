"""The real speech models, for the tests that need one.

The fixture is for the tests of one process, whatever file they are in; a file that needs it names this one in
`pytest_plugins`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from automagic.providers.local.piper.engine import PiperNarrator
from automagic.providers.local.shared.speech import Speech
from automagic.weights.model_files import ensure_model, find_model, list_models

GREETINGS = "Good morning.", "And now?", "Good morning.", "Good [[morning]]."
SENTENCES = (
    "A street tree is an air conditioner that runs on sunlight.",
    "Nobody in the village knew why the bees had left.",
    "Then the railway closed one line after another.",
)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Path, Speech]]:
    """All of the above by the fast voice, of which it takes 3 s to load the model."""
    home = tmp_path_factory.mktemp("home")
    ready_model(home, "piper-joe")

    async def speak() -> list[tuple[str, Path, Speech]]:
        narrator = PiperNarrator(home, threads=1)
        said = []
        try:
            for number, text in enumerate((*GREETINGS, *SENTENCES)):
                file = home / f"{number}.wav"
                said.append((text, file, await narrator.speak(text, file, voice="joe", language="en-GB")))
        finally:
            await narrator.close()
        return said

    return asyncio.run(speak())


def ready_model(home: Path, name: str) -> Path:
    """The model's folder; the test is skipped where no installed package has it, since tests use no network."""
    status = next(status for status in list_models(home) if status.model is find_model(name))
    if status.state == "missing":
        pytest.skip(f"{name}: {status.problem}")
    return ensure_model(home, name)
