"""A run from the command line ends the same way whoever ends it."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from automagic.cli.running import run_shown
from automagic.studio import Studio
from automagic.values.events import Listener


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_run_as_ctrl_c_does(
    number: signal.Signals, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    ended = []

    async def work(_studio: Studio, _listener: Listener) -> None:
        try:
            signal.raise_signal(number)
            await asyncio.Event().wait()
        finally:
            ended.append("work")

    with pytest.raises(KeyboardInterrupt):
        run_shown("publish", work)
    assert ended == ["work"]


def test_what_the_work_gives_is_given(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))

    async def work(studio: Studio, _listener: Listener) -> Path:
        return studio.settings.home

    result, progress = run_shown("now", work, planning=True)
    assert (result, progress.notices) == (home, [])
    assert not (home / "logs").exists()
