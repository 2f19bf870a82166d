"""The tests lie as the package does: each room has its tests, each folder its room, and no test needs another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import arrows
import pytest

from tests.support.places import ROOT

TESTS = ROOT / "tests"
PACKAGE = ROOT / "automagic"
NO_ROOMS = {"data", "golden", "project", "support"}
"""Folders of tests that mirror none: files that tests read, tests of the checkout itself, and what tests share."""


def rooms(package: Path) -> list[str]:
    """Each room that has code, as a path below the package."""
    modules = [path for path in sorted(package.rglob("*.py")) if path.name != "__init__.py"]
    found = {arrows.room_of(arrows.module_name(path, package)).replace(".", "/") for path in modules}
    return sorted(room for room in found if (package / room).is_dir() and room)


def folders(tests: Path) -> Iterator[Path]:
    """Each folder of tests, below `tests`, that mirrors a room."""
    for path in sorted({path.parent for path in tests.rglob("*.py")} - {tests}):
        below = path.relative_to(tests)
        if below.parts[0] not in NO_ROOMS:
            yield below


def find_faults(tests: Path, package: Path) -> list[str]:
    """Each room without a test, each folder without a room, each folder that is too full."""
    faults = [f"no test in tests/{room}" for room in rooms(package) if not [*(tests / room).rglob("test_*.py")]]
    faults += [f"tests/{folder} mirrors nothing" for folder in folders(tests) if not (package / folder).is_dir()]
    for folder in sorted({path.parent for path in tests.rglob("*.py")}):
        count = sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        if count > arrows.MOST_FILES:
            faults.append(f"{folder.relative_to(tests.parent)} has {count} files: more than {arrows.MOST_FILES}")
    return faults


def test_the_tests_mirror_the_package() -> None:
    assert find_faults(TESTS, PACKAGE) == []


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


@pytest.mark.parametrize(
    ("files", "faults"),
    [
        (["media/sound/test_mix.py", "gate/test_gate.py", "test_settings.py"], []),
        (["media/sound/deep/test_mix.py", "gate/test_gate.py"], ["tests/media/sound/deep mirrors nothing"]),
        (["media/test_sound.py", "gate/test_gate.py"], ["no test in tests/media/sound"]),
        (["media/sound/mix.py", "gate/test_gate.py"], ["no test in tests/media/sound"]),
        (
            ["media/sound/test_mix.py", *(f"gate/test_{number}.py" for number in range(21))],
            ["tests/gate has 21 files: more than 20"],
        ),
    ],
)
def test_what_is_out_of_place_is_told(files: list[str], faults: list[str], tmp_path: Path) -> None:
    write(tmp_path / "automagic", "settings.py", "gate/gate.py", "media/sound/mix.py", "media/__init__.py")
    write(tmp_path / "tests", *files, "support/clips.py", "data/toy/toy.py")
    assert find_faults(tmp_path / "tests", tmp_path / "automagic") == faults


def imported(path: Path) -> Iterator[str]:
    """Each module of `tests` that a file may import, and each name as if it were one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_file_imports_a_test_file() -> None:
    tests = {f"tests.{'.'.join(path.relative_to(TESTS).with_suffix('').parts)}" for path in TESTS.rglob("test_*.py")}
    assert {path: found for path in TESTS.rglob("*.py") if (found := tests & {*imported(path)})} == {}


def test_what_tests_share_holds_no_test() -> None:
    assert [str(path) for path in (TESTS / "support").rglob("test_*.py")] == []
