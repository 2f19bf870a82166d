"""The arrows between the parts of the package, as `make check` holds them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
import check_project


def test_every_import_follows_the_arrows():
    assert list(check_project.check_arrows()) == []


def test_an_import_against_the_arrows_is_found(tmp_path, monkeypatch):
    package = tmp_path / "automagic"
    (package / "media").mkdir(parents=True)
    (package / "media" / "render.py").write_text("def f():\n    from automagic.pipelines import video\n")
    monkeypatch.setattr(check_project, "PACKAGE", package)
    monkeypatch.setattr(check_project, "ROOT", tmp_path)
    assert list(check_project.check_arrows()) == ["automagic/media/render.py:2: media may not import pipelines"]
