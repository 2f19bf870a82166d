"""Accounts on networks, as they are kept."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from automagic.destinations.shared.kept_accounts import (
    KeptAccount,
    find_account,
    keep_account,
    list_accounts,
    remove_account,
)
from automagic.errors import ConfigurationError, RequestError
from automagic.values.secret import Secret

JANE = KeptAccount("bluesky", "did:plc:jane", "jane.bsky.social", {"password": Secret("hunter2")}, {"ends_at": 12.5})
JOE = KeptAccount("bluesky", "did:plc:joe", "joe.example", {}, {"server": "https://pds.example"})


def test_an_account_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    keep_account(tmp_path, JANE)
    (file,) = (tmp_path / "accounts/bluesky").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    kept = find_account(tmp_path, "bluesky", "")
    assert (kept.id, kept.name, kept.facts) == (JANE.id, JANE.name, JANE.facts)
    assert kept.secrets["password"].reveal() == "hunter2"


def test_a_file_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    keep_account(tmp_path, JANE)
    (file,) = (tmp_path / "accounts/bluesky").iterdir()
    file.chmod(0o644)
    list_accounts(tmp_path, "bluesky")
    assert file.stat().st_mode & 0o777 == 0o600


def test_signing_in_again_replaces_what_was_kept(tmp_path: Path) -> None:
    keep_account(tmp_path, JANE)
    keep_account(tmp_path, KeptAccount("bluesky", JANE.id, "jane.example"))
    assert [one.name for one in list_accounts(tmp_path, "bluesky")] == ["jane.example"]


@pytest.mark.parametrize("place", ["joe.example", "@Joe.Example", "did:plc:joe"])
def test_one_of_several_is_named(tmp_path: Path, place: str) -> None:
    for one in (JANE, JOE):
        keep_account(tmp_path, one)
    assert find_account(tmp_path, "bluesky", place) == JOE


def test_who_names_none_of_several_or_a_wrong_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nobody has signed in at bluesky"):
        find_account(tmp_path, "bluesky", "")
    for one in (JANE, JOE):
        keep_account(tmp_path, one)
    with pytest.raises(RequestError, match="there are 2 accounts"):
        find_account(tmp_path, "bluesky", "")
    with pytest.raises(RequestError) as told:
        find_account(tmp_path, "bluesky", "jo.example")
    assert "Did you mean joe.example" in told.value.hint


def test_a_removed_account_is_gone(tmp_path: Path) -> None:
    keep_account(tmp_path, JANE)
    remove_account(tmp_path, JANE)
    remove_account(tmp_path, JANE)
    assert list_accounts(tmp_path, "bluesky") == []


@pytest.mark.parametrize("content", [b"", b"[]", b'{"id": "a"}', b'{"id":"a","name":"b","secrets":[],"facts":{}}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    keep_account(tmp_path, JANE)
    (file,) = (tmp_path / "accounts/bluesky").iterdir()
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match="cannot be used"):
        find_account(tmp_path, "bluesky", "")


def test_since_when_somebody_is_signed_in_outlives_new_tokens(tmp_path: Path) -> None:
    keep_account(tmp_path, JANE)
    [first] = list_accounts(tmp_path, "bluesky")
    assert abs(first.since - time.time()) < 60
    keep_account(tmp_path, replace(first, since=first.since - 1000, secrets={"token": Secret("new")}))
    [later] = list_accounts(tmp_path, "bluesky")
    keep_account(tmp_path, replace(later, facts={"expires_at": 1.0}))
    assert list_accounts(tmp_path, "bluesky")[0].since == first.since - 1000
