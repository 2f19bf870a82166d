"""What a child process imports before it can do anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

SERVED = (
    "automagic.media.design.drawing_work",
    "automagic.providers.local.espeak.engine",
    "automagic.providers.local.kokoro.engine",
    "automagic.providers.local.piper.engine",
    "automagic.providers.local.shared.aligner",
    "automagic.providers.local.shared.parser",
    "automagic.providers.local.shared.sentence_vectors",
)


@pytest.mark.parametrize("module", SERVED)
def test_a_child_brings_no_event_loop_with_it(module):
    look = (
        f"import sys, automagic.machine.serving, {module}; print(*sorted({{'asyncio', 'logging'}} & {{*sys.modules}}))"
    )
    assert subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout == "\n"
