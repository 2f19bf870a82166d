"""How values lie on a server: compressed, sealed, and never taken for what they are not."""

from __future__ import annotations

import pytest
import zstandard
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from automagic.caching import packing
from automagic.caching.packing import COMPRESS_BYTES, Packing
from automagic.errors import ConfigurationError
from automagic.values.secret import Secret

KEY = Secret(Fernet.generate_key().decode())
LARGE = b"the same again and again " * 500


@given(st.binary(max_size=3000), st.sampled_from(["", "name"]))
def test_what_is_packed_comes_back(data, sealed_for):
    box = Packing(KEY)
    assert box.unpack(box.pack(data, sealed_for=sealed_for), sealed_for=sealed_for) == data


def test_what_is_large_is_compressed():
    assert len(Packing().pack(LARGE)) < len(LARGE) / 20
    assert len(Packing().pack(bytes(COMPRESS_BYTES))) == COMPRESS_BYTES + 1


def test_nothing_of_a_sealed_value_can_be_read():
    packed = Packing(KEY).pack(LARGE, sealed_for="name")
    assert b"same again" not in packed
    other = Packing(Secret(Fernet.generate_key().decode()))
    assert other.unpack(packed, sealed_for="name") is None


def test_a_sealed_value_is_of_no_use_under_another_key_nor_an_open_one_in_its_place():
    box = Packing(KEY)
    assert box.unpack(box.pack(b"mine", sealed_for="mine"), sealed_for="yours") is None
    assert box.unpack(box.pack(b"planted"), sealed_for="yours") is None
    assert box.unpack(box.pack(b"mine", sealed_for="mine")) is None


def test_names_of_sealed_values_need_the_key_and_are_the_same_for_all_who_have_it():
    assert Packing(KEY).name_of(b"mail", sealed=True) == Packing(KEY).name_of(b"mail", sealed=True)
    names = {Packing(KEY).name_of(b"mail", sealed=True), Packing(KEY).name_of(b"mail"), Packing().name_of(b"mailx")}
    assert len(names) == 3


@given(st.binary(max_size=100))
def test_any_bytes_are_a_value_or_a_miss(data):
    for sealed_for in ("", "name"):
        found = Packing(KEY).unpack(data, sealed_for=sealed_for)
        assert found is None or (not sealed_for and data[0] == 0)


def test_what_would_fill_the_memory_is_a_miss(monkeypatch):
    bomb = b"\x01" + zstandard.ZstdCompressor().compress(bytes(1 << 20))
    assert Packing().unpack(bomb) == bytes(1 << 20)
    monkeypatch.setattr(packing, "MOST_BYTES", 1 << 19)
    assert Packing().unpack(bomb) is None
    unsized = b"\x01" + zstandard.ZstdCompressor(write_content_size=False).compress(bytes(1 << 20))
    assert Packing().unpack(unsized) is None


def test_a_missing_or_a_wrong_key_is_told():
    with pytest.raises(ConfigurationError, match="no CACHE_ENCRYPTION_KEY"):
        Packing().pack(b"x", sealed_for="name")
    with pytest.raises(ConfigurationError, match="not a valid key") as caught:
        Packing(Secret("much-too-short"))
    assert "much-too-short" not in str(caught.value)
