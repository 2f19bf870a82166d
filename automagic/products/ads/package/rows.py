"""Texts, pictures, scripts and what speaks against them as plain data, for a package's documents and for `--json`."""

from __future__ import annotations

import hashlib
from typing import Any

from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdFinding, AdPicture, AdScript, AdText
from automagic.products.ads.package.assets import asset_id, place_of


def text_row(text: AdText, brief: AdBrief) -> dict[str, Any]:
    """A text as `texts.json` has it; `claim` is the first that it rests on."""
    return {
        "id": asset_id(text, brief),
        "platform": text.platform,
        "field": text.field,
        "number": text.number,
        "text": text.text,
        "length": text.length,
        "limit": text.limit,
        "shown": text.shown,
        "claim": text.claims[0] if text.claims else None,
        "claims": list(text.claims),
        "source": text.source,
        "state": text.state,
        "pin": text.pin,
        "findings": [finding_row(one) for one in text.findings],
    }


def picture_row(picture: AdPicture, brief: AdBrief) -> dict[str, Any]:
    """A picture as `pictures.json` has it."""
    return {
        "id": asset_id(picture, brief),
        "platform": picture.platform,
        "field": picture.field,
        "family": picture.family,
        "path": picture_path(picture),
        "sha256": picture.file.sha256,
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
        "claims": list(picture.claims),
        "state": picture.state,
        "findings": [finding_row(one) for one in picture.findings],
    }


def script_row(script: AdScript, brief: AdBrief) -> dict[str, Any]:
    """A script as `scripts.json` has it."""
    return {
        "id": asset_id(script, brief),
        "length_s": script.length_s,
        "path": place_of(script),
        "sha256": hashlib.sha256(script.text.encode()).hexdigest(),
        "spoken_s": script.spoken_s,
        "claims": list(script.claims),
        "state": script.state,
        "findings": [finding_row(one) for one in script.findings],
    }


def picture_path(picture: AdPicture) -> str:
    """Where it lies in a package, with "/"."""
    return f"pictures/{picture.platform}/{picture.name}"


def finding_row(finding: AdFinding) -> dict[str, Any]:
    """What speaks against a text or a picture."""
    return {
        "rule": finding.rule,
        "says": finding.says,
        "hard": finding.hard,
        "source": finding.source,
        "checked": finding.checked.isoformat() if finding.checked else None,
    }
