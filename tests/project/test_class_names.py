"""Public class names: each means one thing in the whole package."""

import ast

import class_names
import pytest


def find(**sources: str) -> list[str]:
    return list(class_names.find_faults({name: ast.parse(source) for name, source in sources.items()}))


def test_a_public_class_name_in_two_modules_is_a_fault():
    (fault,) = find(music="class Line: ...", cards="class Line: ...", film="class Clip: ...")
    assert fault == "the class name Line is defined in music and in cards: give each a name of its own"


@pytest.mark.parametrize(
    "source", ["class _Line: ...", "def make():\n    class Line: ...", "class Card:\n    class Line: ..."]
)
def test_a_class_of_one_file_or_within_another_may_have_any_name(source):
    assert find(music="class Line: ...", cards=source) == []


def test_an_exception_needs_a_reason_that_still_holds(monkeypatch):
    monkeypatch.setattr(class_names, "TWICE", {"Line": "both are lines of text"})
    assert find(music="class Line: ...", cards="class Line: ...") == []
    assert find(music="class Line: ...") == ["scripts/class_names.py: Line is not defined twice: take it out"]
