"""Engines that rest: those that speak, once all is spoken, whoever opens another one meanwhile."""

from __future__ import annotations

import pytest

from automagic.providers.local.espeak.engine import EspeakNarrator
from automagic.providers.local.kokoro.engine import KokoroNarrator
from automagic.providers.local.shared.aligner import WordAligner
from automagic.services import Engines
from automagic.settings import Settings


async def test_what_speaks_rests_and_nothing_is_opened_for_it(home, monkeypatch: pytest.MonkeyPatch) -> None:
    rested: list[str] = []

    for engine in (EspeakNarrator, KokoroNarrator, WordAligner):

        async def rest(own: object) -> None:
            rested.append(type(own).__name__)

        monkeypatch.setattr(engine, "rest", rest)
    engines = Engines(Settings(automagic_home=home))
    await engines.rest_speech()
    assert rested == []
    engines.narrator("espeak")
    await engines.rest_speech()
    assert rested == ["EspeakNarrator"]
    assert engines.aligner
    await engines.rest_speech()
    assert rested[1:] == ["EspeakNarrator", "WordAligner"]
    await engines.close()


async def test_another_run_may_open_a_narrator_while_one_goes_to_rest(home, monkeypatch: pytest.MonkeyPatch) -> None:
    engines = Engines(Settings(automagic_home=home))

    async def rest(_own: object) -> None:
        engines.narrator("kokoro")

    monkeypatch.setattr(EspeakNarrator, "rest", rest)
    engines.narrator("espeak")
    await engines.rest_speech()
    await engines.close()
