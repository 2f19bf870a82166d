"""The tier in memory: what is there how long, what goes first, what it weighs."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass

import pytest
import time_machine

from automagic.caching.memory import MISSING, MemoryTier, measure_bytes


def filled(size: int, names: str = "abc") -> MemoryTier[str]:
    tier: MemoryTier[str] = MemoryTier(size)
    for name in names:
        tier.set(name, name.upper(), size_bytes=10)
    return tier


def test_what_was_used_longest_ago_goes_first_and_is_handed_on():
    gone: list[tuple[object, str]] = []
    tier: MemoryTier[str] = MemoryTier(2, lambda key, entry: gone.append((key, entry.value)))
    tier.set("a", "A")
    tier.set("b", "B")
    assert tier.get("a") == "A"
    tier.set("c", "C")
    assert gone == [("b", "B")]
    assert [name for name in "abc" if tier.get(name) is not MISSING] == ["a", "c"]


def test_none_is_a_value():
    tier: MemoryTier[None] = MemoryTier(1)
    tier.set("a", None)
    assert tier.get("a") is None
    assert tier.get("b") is MISSING


def test_a_value_is_there_for_its_time_only():
    tier: MemoryTier[str] = MemoryTier(9)
    with time_machine.travel(1000, tick=False) as clock:
        tier.set("a", "A", kept_at=1000, expires_at=1010)
        clock.move_to(1009.9)
        assert tier.get("a") == "A"
        clock.move_to(999)  # set back: of a time to come
        assert tier.get("a") is MISSING
        tier.set("a", "A", kept_at=1000, expires_at=1010)
        clock.move_to(1010)
        assert tier.remove_expired() == 1
    assert (len(tier), tier.size_bytes) == (0, 0)


def test_hits_misses_and_bytes_are_counted():
    tier = filled(9)
    assert tier.size_bytes == 30
    tier.set("a", "again", size_bytes=5)
    assert tier.size_bytes == 25
    for name in "aax":
        tier.get(name)
    assert (tier.hits, tier.misses) == (2, 1)
    assert tier.clear() == 3
    assert tier.size_bytes == 0


def test_it_becomes_smaller_from_the_oldest_on():
    tier = filled(9, "abcdef")
    assert tier.leave(4) == 2
    tier.resize(2)
    assert [name for name in "abcdef" if tier.get(name) is not MISSING] == ["e", "f"]
    assert tier.size_bytes == 20


def test_threads_may_share_it():
    tier: MemoryTier[int] = MemoryTier(50)

    def work(seed: int) -> None:
        for number in range(20_000):
            key = str((number * seed) % 100)
            if (found := tier.get(key)) is not MISSING:
                assert found == int(key)
            tier.set(key, int(key), size_bytes=1)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 3, 7, 11)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert len(tier) <= 50


@dataclass
class Holder:
    text: str


class Slotted:
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


@pytest.mark.parametrize(
    "value",
    [b"x" * 50_000, ["x" * 50_000], {"a": ["x" * 50_000]}, Holder("x" * 50_000), Slotted("x" * 50_000), {"x" * 50_000}],
    ids=lambda value: type(value).__name__,
)
def test_all_that_a_value_holds_counts(value):
    assert 50_000 <= measure_bytes(value) < 55_000


def test_what_is_in_it_twice_counts_once():
    text = "x" * 50_000
    around: list[object] = [text, text]
    around.append(around)
    assert measure_bytes(around) < 60_000
