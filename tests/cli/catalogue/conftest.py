from __future__ import annotations

import pytest

from automagic.cli.main import run


@pytest.fixture
def automagic(tmp_path, monkeypatch, capsys):
    def command(*arguments: str, code: int = 0) -> tuple[str, str]:
        monkeypatch.setenv("AUTOMAGIC_HOME", str(tmp_path / "home"))
        monkeypatch.chdir(tmp_path)
        ended = run(list(arguments))
        said = capsys.readouterr()
        assert ended == code, said.err
        return said.out, said.err

    return command
