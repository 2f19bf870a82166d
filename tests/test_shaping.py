"""Values become the classes that are meant, whoever is the first to ask for one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import make_dataclass

import msgspec
import pytest

from automagic.reading.json import parse_json
from automagic.shaping import to_shape

THREADS = 8


def test_threads_that_all_are_the_first_to_use_a_class_get_their_values() -> None:
    inner = [make_dataclass(f"Inner{number}", [("name", str), ("size", int)]) for number in range(40)]
    outer = [make_dataclass(f"Outer{number}", [("parts", list[kind])]) for number, kind in enumerate(inner)]
    begin = threading.Barrier(THREADS)

    def use(thread: int) -> list[object]:
        begin.wait()
        told = {"parts": [{"name": "a", "size": thread}]}
        read = [to_shape(told, kind) for kind in outer]
        return [*read, *(parse_json(msgspec.json.encode(told), name="it", type=kind) for kind in outer)]

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(use, range(THREADS)))
    for thread, values in enumerate(found):
        assert [value.parts[0].size for value in values] == [thread] * 80  # type: ignore[attr-defined]


def test_a_wrong_value_is_refused_each_time() -> None:
    kind = make_dataclass("Point", [("x", int)])
    for _ in range(2):
        with pytest.raises(msgspec.ValidationError, match=r"Expected `int`"):
            to_shape({"x": "far"}, kind)
