"""The arrows between the parts of the package, and the versions of the steps, as `make check` holds them."""

from __future__ import annotations

import ast
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


def test_a_step_has_another_fingerprint_when_its_code_or_what_it_imports_changes(tmp_path, monkeypatch):
    package = tmp_path / "automagic"
    (package / "media").mkdir(parents=True)
    monkeypatch.setattr(check_project, "PACKAGE", package)

    def fingerprint(body: str, imported: str) -> str:
        (package / "media" / "warp.py").write_text(imported)
        code = f"@step('render', 1)\nasync def render(context):\n    from automagic.media import warp\n    {body}\n"
        function = ast.parse(code).body[0]
        assert isinstance(function, ast.AsyncFunctionDef)
        return check_project.fingerprint(function)

    first = fingerprint("return warp.A", "A = 1\n")
    assert fingerprint("return warp.A", '"""New words."""\n# and a comment\nA = 1\n') == first
    assert fingerprint("return warp.A + 1", "A = 1\n") != first
    assert fingerprint("return warp.A", "A = 2\n") != first
