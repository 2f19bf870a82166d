"""The help of a command as a person reads it, in this process."""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import redirect_stdout
from unittest.mock import patch

from automagic.cli.main import run


def read_help(*command: str) -> str:
    """What `--help` prints, on a terminal of 80 columns."""
    printed = io.StringIO()
    with patch.dict(os.environ, COLUMNS="80"), patch.object(sys, "argv", ["automagic"]), redirect_stdout(printed):
        run([*command, "--help"])
    return re.sub(r"^Usage: .*?automagic", "Usage: automagic", printed.getvalue())  # whoever runs it
