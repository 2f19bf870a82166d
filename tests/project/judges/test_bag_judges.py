"""What only the maker of another tool can say: whether our bags are bags."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from automagic.products.archive.exporting.bag import open_bag
from tests.support.programs.environments import call, make_venv

pytestmark = [pytest.mark.judges, pytest.mark.timeout(600)]

READER = """
import bagit

bag = bagit.Bag("bag")
print(bag.version, bag.validate(), len(list(bag.payload_files())))
"""


def test_the_library_of_congress_reads_our_bag(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film" * 1000)
    with open_bag(tmp_path / "bag") as bag:
        digest = hashlib.sha256(film.read_bytes()).hexdigest()
        assert not bag.add_file("a/film.mp4", film, digest, 4000, copy=False)
        bag.add_text("a/metadata.json", '{"title": "Réunion"}'.encode())
        bag.close("Recordings of council")
    (tmp_path / "read.py").write_text(READER)
    python = make_venv(tmp_path / "venv", "bagit==1.9.0")
    assert call(python, "read.py", cwd=tmp_path).split() == ["1.0", "True", "2"]
