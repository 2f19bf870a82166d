"""The real speech models, for the tests that need one."""

from __future__ import annotations

from pathlib import Path

import pytest

from automagic.models import ensure_model, find_model, list_models


def ready_model(home: Path, name: str) -> Path:
    """The model's folder; the test is skipped where no installed package has it, since tests use no network."""
    status = next(status for status in list_models(home) if status.model is find_model(name))
    if status.state == "missing":
        pytest.skip(f"{name}: {status.problem}")
    return ensure_model(home, name)
