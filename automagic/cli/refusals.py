"""What a command answers when it does not do, or not wholly, what was asked: words on stderr, a document for `--json`.

    {"error": {"exit_code": 2, "kind": "request", "message": "there is no file a.md", "hint": "Check the name."}}

A command that has a document of its own by then, such as one of a video that did not pass, has `error` in it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from automagic.errors import AutomagicError, ResourceError

FAULT = 1
KINDS = {FAULT: "fault", 2: "request", 3: "configuration", 4: "vendor", 5: "media", 6: "budget", 7: "quality"}
"""By exit code; what the machine has no room for is "resource", and has the exit code of media."""


def asks_json(arguments: Sequence[str]) -> bool:
    """Whether one of the arguments is `--json`; what stands behind `--` is no flag."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    return "--json" in arguments[:end]


def explain(error: AutomagicError) -> None:
    """Say what happened, to what, and what to try."""
    sys.stderr.write(f"Error: {error.message}\n")
    if error.hint:
        sys.stderr.write(f"{error.hint}\n")


def describe(error: AutomagicError) -> dict[str, Any]:
    """A failure as the `error` of a document, with every secret masked."""
    kind = "resource" if isinstance(error, ResourceError) else KINDS.get(error.exit_code, KINDS[FAULT])
    return describe_words(error.exit_code, kind, error.message, error.hint)


def describe_words(exit_code: int, kind: str, message: str, hint: str = "") -> dict[str, Any]:
    """As `describe`, of what has no class of ours."""
    from automagic.machine.masking import Mask
    from automagic.settings import Settings, load_settings

    try:
        settings = load_settings()
    except AutomagicError:  # it may be what is told of
        settings = Settings()
    mask = Mask(settings)
    return {"exit_code": exit_code, "kind": kind, "message": mask.text(message), "hint": mask.text(hint)}
