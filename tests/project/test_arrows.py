"""The rooms of the package, as `make check` holds them."""

from __future__ import annotations

from pathlib import Path

import arrows
import pytest

from tests.support.places import ROOT

PACKAGE = ROOT / "automagic"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return tmp_path / "automagic"


def write(package: Path, **files: str) -> None:
    """Each file by its path with __ for a slash."""
    for name, code in files.items():
        path = package / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)


def test_every_import_follows_the_arrows():
    assert list(arrows.find_faults(PACKAGE)) == []


@pytest.mark.parametrize(
    ("importer", "imported", "fault"),
    [
        ("media__video__render", "stages.look", "media.video may not import stages"),
        ("media__video__render", "media.quality.finished", "media.video may not import media.quality"),
        ("products__clips__recipe", "products.video.recipe", "products.clips may not import products.video"),
        ("values__script", "media.video.frames", "values may not import media.video"),
        ("gate__gate", "providers.openai", "gate may not import providers"),
    ],
)
def test_an_import_against_the_arrows_is_found(package, importer, imported, fault):
    room, _, name = imported.rpartition(".")
    code = f"def f():\n    from automagic.{room} import {name}\n"
    write(package, **{importer: code, imported.replace(".", "__"): ""})
    path = importer.replace("__", "/")
    assert list(arrows.find_faults(package)) == [f"automagic/{path}.py:2: {fault}"]


def test_an_import_with_the_arrows_is_none(package):
    write(
        package,
        products__video__recipe="from automagic.stages import look\nfrom automagic.values.script import Script\n",
        stages__look="import automagic.media.design.fonts\n",
        media__design__fonts="",
        values__script="class Script: ...\n",
    )
    assert list(arrows.find_faults(package)) == []


def test_files_that_import_each_other_are_found(package):
    write(
        package,
        store__a="from automagic.store import b\n",
        store__b="def f():\n    import automagic.store.c\n",
        store__c="from automagic.store.a import x\n",
        store__d="from automagic.store import a\n",
    )
    [fault] = arrows.find_faults(package)
    assert fault.endswith("automagic.store.a, automagic.store.b, automagic.store.c")


def test_a_folder_that_is_too_full_is_found(package):
    write(package, **{f"store__file{number}": "" for number in range(arrows.MOST_FILES + 1)})
    [fault] = arrows.find_faults(package)
    assert fault.startswith("automagic/store has 21 files")
