"""Where the files are that tests read and start."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The checkout."""

DATA = ROOT / "tests" / "data"
GOLDEN = ROOT / "tests" / "golden"
PROGRAMS = ROOT / "tests" / "support" / "programs"
"""What tests start as processes of their own."""
