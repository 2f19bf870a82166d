"""A link lets in once; a cookie is known by its signature, and ends."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine

from automagic.web.access.sessions import (
    COOKIE,
    LINK_S,
    SESSION_S,
    form_mark,
    is_session,
    make_link,
    make_session,
    use_link,
)


def test_a_link_works_once(tmp_path: Path) -> None:
    key = make_link(tmp_path)
    assert not use_link(tmp_path, "something else")
    assert use_link(tmp_path, key)
    assert not use_link(tmp_path, key)
    assert not list(tmp_path.glob(".web.link*"))


def test_a_new_link_ends_the_one_before(tmp_path: Path) -> None:
    before, key = make_link(tmp_path), make_link(tmp_path)
    assert not use_link(tmp_path, before)
    assert use_link(tmp_path, key)


def test_a_link_ends_and_holds_no_key(tmp_path: Path) -> None:
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False) as clock:
        key = make_link(tmp_path)
        assert key not in (tmp_path / "web.link").read_text()
        assert (tmp_path / "web.link").stat().st_mode & 0o777 == 0o600
        clock.shift(LINK_S + 1)
        assert not use_link(tmp_path, key)


def test_a_session_ends_by_itself(tmp_path: Path) -> None:
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False) as clock:
        cookie = make_session(tmp_path)
        assert is_session(tmp_path, cookie)
        clock.shift(SESSION_S + 1)
        assert not is_session(tmp_path, cookie)


def test_a_new_token_ends_all_sessions(tmp_path: Path) -> None:
    cookie = make_session(tmp_path)
    (tmp_path / "web.token").unlink()
    assert not is_session(tmp_path, cookie)


@pytest.mark.parametrize("cookie", ["", ".", "..", "9999999999.x.00", "-1.x.y", "٣.x.y", "9" * 400, "a.b.c.d", "é.é.é"])
def test_what_was_not_made_here_is_none(tmp_path: Path, cookie: str) -> None:
    assert not is_session(tmp_path, cookie)


def test_a_changed_session_is_none(tmp_path: Path) -> None:
    until, rest = make_session(tmp_path).split(".", 1)
    assert not is_session(tmp_path, f"{int(until) + 1}.{rest}")


def test_the_mark_of_a_form_is_its_sessions(tmp_path: Path) -> None:
    assert form_mark(tmp_path, {}) == form_mark(tmp_path, {"other": "x"}) != form_mark(tmp_path, {COOKIE: "x"})
