"""Keys of calls: one for each call, the same in every process."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import itertools
import pathlib
import subprocess
import sys
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.performance.keys import LONGEST_BYTES, key_maker
from tests.support.places import ROOT

key = key_maker("f")


class Size(enum.StrEnum):
    SMALL = "small"


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: int


@dataclasses.dataclass(frozen=True)
class Span:
    x: int
    y: int


DIFFERENT = [
    1, 1.0, True, "1", b"1", None, 0, False, -1, 2**63, 2**64, 2**70, str(2**70), (1,), [1], {1}, frozenset({1}),
    {1: 2},
    {"1": 2}, [1, 2], (1, 2), {1, 2}, Size.SMALL, "small", Point(1, 2), Span(1, 2), decimal.Decimal(1),
    decimal.Decimal("1.0"), datetime.date(2026, 1, 1), "2026-01-01", datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    pathlib.Path("a"), "a", uuid.UUID(int=1), str(uuid.UUID(int=1)), ["list", 1], ["int", str(2**70)], bytearray(b"1"),
    "ü", "\ud800", int, ("a", "b"), ("ab",), "x" * 500, "x" * 501, b"x" * 500,
]  # fmt: skip


def test_calls_that_differ_have_different_keys():
    keys = [key((value,), {}) for value in DIFFERENT] + [key((), {"x": value}) for value in DIFFERENT]
    keys += [key((), {}), key((1, 2), {}), key((1,), {"x": 2}), key_maker("g")((1,), {})]
    same = [pair for pair in itertools.combinations(range(len(keys)), 2) if keys[pair[0]] == keys[pair[1]]]
    assert same == []


def test_the_order_of_what_has_none_does_not_matter():
    assert key(({"b": 1, "a": 2},), {}) == key(({"a": 2, "b": 1},), {})
    assert key((), {"b": 1, "a": 2}) == key((), {"a": 2, "b": 1})


def test_a_key_is_short_and_the_same_in_another_process():
    value = "({'b', 'a', 'c'}, 'x' * 9999)"
    program = f"from automagic.performance.keys import key_maker; print(key_maker('f')({value}, {{}}).hex())"
    found = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env={"PYTHONHASHSEED": seed}, check=True, stdout=-1, text=True
        ).stdout
        for seed in "12"
    }
    assert found == {key(({"a", "b", "c"}, "x" * 9999), {}).hex() + "\n"}
    assert len(bytes.fromhex(found.pop())) <= LONGEST_BYTES


def test_what_has_no_stable_key_is_refused_with_what_to_do():
    with pytest.raises(TypeError, match=r"builtins\.object has no key .*give `key=`"):
        key((object(),), {})


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
nested = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner))


@given(nested, nested)
def test_equal_keys_are_of_equal_values(one, other):
    assert (key((one,), {}) == key((other,), {})) == (repr(one) == repr(other) or _same(one, other))


def _same(one: object, other: object) -> bool:
    """Equal, type by type."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other and repr(one) == repr(other)
