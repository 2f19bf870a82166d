"""The parts that `automagic --test` tries, on what this machine has."""

from __future__ import annotations

from pathlib import Path

from automagic.cli.trial import self_test
from automagic.settings import Settings


async def test_the_sound_is_mixed_and_measured(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    told = await self_test._sound(Settings(automagic_home=tmp_path / "home"), tmp_path)
    assert told.startswith("composed and mixed: -14.")
