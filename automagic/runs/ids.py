"""The names of runs; a job's id is that of its run."""

from __future__ import annotations

import secrets
import time


def new_run_id() -> str:
    """Sortable by time; unique even when many thousands are made in one second. At most 28 characters."""
    return time.strftime("%Y%m%d-%H%M%S-", time.gmtime()) + secrets.token_hex(6)
