"""New environments, and commands that run to their end."""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path


def call(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command to its end; what it printed. The test fails with that when it failed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}"
    return done.stdout


def make_venv(folder: Path, *packages: str) -> Path:
    """The Python of a new environment with these packages, and pip."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    if packages:
        call(python, "-m", "pip", "install", "--quiet", "--upgrade", *packages, cwd=folder)
    return python
