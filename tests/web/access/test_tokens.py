"""The token is made once, kept privately, and is the same for all who start at once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from automagic.errors import ConfigurationError
from automagic.web.access.tokens import FILE, find_token


def test_it_is_made_once_and_nobody_else_reads_it(home: Path) -> None:
    token = find_token(home)
    assert len(token) >= 43
    assert find_token(home) == token
    assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir() if path.name != ".private"] == [FILE]


def test_many_at_once_have_one(home: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: find_token(home), range(64)))) == 1
    assert [path.name for path in home.iterdir() if path.name != ".private"] == [FILE]


@pytest.mark.parametrize("kept", [b"", b"short\n", b"\xff" * 50])
def test_one_that_can_be_guessed_is_not_used(home: Path, kept: bytes) -> None:
    (home / FILE).write_bytes(kept)
    with pytest.raises(ConfigurationError) as failure:
        find_token(home)
    assert "Remove the file" in failure.value.hint


def test_a_place_that_cannot_be_written_is_said(home: Path) -> None:
    (home / "file").write_text("")
    with pytest.raises(ConfigurationError):
        find_token(home / "file" / "below")


def test_a_home_that_is_not_there_yet_is_made(home: Path) -> None:
    assert find_token(home / "new" / "one") == find_token(home / "new" / "one")
    assert stat.S_IMODE((home / "new" / "one").stat().st_mode) == 0o700
