"""A station's rules for captions, by the names that its caption editor has for them.

    {"minDuration": 1, "maxDuration": 7, "maxChars": 32, "maxLines": 2, "overlaps": false, "illegalChars": "~^"}

Cablecast's editor gives the same as one of `styleGuides`, which may be handed on as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from automagic.errors import RequestError
from automagic.language.transcript.caption_check import CaptionRules
from automagic.media.captions.cues import SIDECAR_CHARS_PER_LINE
from automagic.products.archive.captioning.request import names_item
from automagic.reading.json import parse_json
from automagic.reading.named_files import file_name, read_named
from automagic.reading.toml import parse_toml
from automagic.shaping import to_shape

_MOST_BYTES = 100_000
_TELEVISION = (".scc", ".mcc")
NAMES = {
    "minDuration": "min_duration_s",
    "maxDuration": "max_duration_s",
    "maxChars": "max_chars",
    "maxLines": "max_lines",
    "maxCharsPerSecond": "max_chars_per_s",
    "overlaps": "overlaps",
    "illegalChars": "illegal_chars",
}
"""Of a rule in its file: ours."""
_HINT = f"Rules: {', '.join(NAMES)}; durations in seconds."


class _Rules(msgspec.Struct):
    """What a file may say; what it has besides, such as the guide's name, is of no concern here."""

    minDuration: float  # noqa: N815 - the editor's names
    maxDuration: float  # noqa: N815
    maxChars: int  # noqa: N815
    maxLines: int  # noqa: N815
    maxCharsPerSecond: float  # noqa: N815
    overlaps: bool
    illegalChars: str  # noqa: N815


def good_practice(source: str) -> CaptionRules:
    """Lines of 32 columns where a television draws them (CEA-608: .scc, and what a station serves), else of 42."""
    written = names_item(source) or Path(source).suffix.lower() in _TELEVISION
    return CaptionRules() if written else CaptionRules(max_chars=SIDECAR_CHARS_PER_LINE)


def read_rules(path: Path, practice: CaptionRules) -> CaptionRules:
    """The rules of a file; what it does not say is as in `practice`.

    Raises:
        RequestError: It cannot be read, says none of the rules, or one that cannot be kept.
    """
    name = file_name(path)
    data = read_named(path, _MOST_BYTES, what="a file of rules", hint=_HINT)
    told: Any = parse_toml(data, name=name) if path.suffix.lower() == ".toml" else parse_json(data, name=name)
    if not isinstance(told, dict) or not NAMES.keys() & told.keys():
        raise RequestError(f"{name} has none of the rules for captions", hint=_HINT)
    try:
        rules = to_shape({theirs: getattr(practice, ours) for theirs, ours in NAMES.items()} | told, _Rules)
    except msgspec.ValidationError as error:
        raise RequestError(f"{name} has a rule that is none: {error}", hint=_HINT) from error
    if not 0 <= rules.minDuration <= rules.maxDuration or min(rules.maxChars, rules.maxLines) < 1:
        raise RequestError(f"{name} has rules that no caption can keep", hint=_HINT)
    if rules.maxCharsPerSecond <= 0:
        raise RequestError(f"{name}: maxCharsPerSecond is not above 0", hint=_HINT)
    return CaptionRules(**{ours: getattr(rules, theirs) for theirs, ours in NAMES.items()})
