"""Content credentials (C2PA): a signed statement inside the file of what was generated, and by what.

    Credit of each part ─▶ digital source type ─┐
                                                ├─▶ manifest ─▶ signed into the MP4, media untouched
    title, generator ───────────────────────────┘

Sign last: a later remux drops the statement. A signature holds fresh random numbers, so that two signings of one file
differ.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from automagic.errors import MediaError
from automagic.media.credentials.certificate import Certificate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from automagic.values.credit import Credit


SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""The vocabulary that C2PA refers to."""
TRAINED, ALGORITHMIC = "trainedAlgorithmicMedia", "algorithmicMedia"
MIXED_WITH_TRAINED, MIXED = "compositeWithTrainedAlgorithmicMedia", "composite"

RULE_BASED = ("automagic", "espeak", "card", "template")
"""How names of engines begin that compute without trained data. All other generated parts count as trained."""
MEDIA_PARTS = ("voice", "music", "picture", "video", "recording", "sound", "card", "thumbnail")
"""Parts that are seen or heard themselves. A font or a text is credited but is no media of its own."""


def choose_source_type(parts: Sequence[Credit]) -> str:
    """The IPTC digital source type that is true of the whole; pure.

    All by a trained model: trainedAlgorithmicMedia. Some: compositeWithTrainedAlgorithmicMedia. None, and all made by
    rules (drawn cards, composed music, formant speech): algorithmicMedia. A person's material with or without rules:
    composite. The pictures of a video are cards drawn by rules wherever no part says otherwise.
    """
    kinds = {part_source_type(part) for part in parts if _is_media(part)}
    if not any(part.part.startswith(("picture", "video", "recording")) for part in parts):
        kinds.add(ALGORITHMIC)
    if kinds <= {ALGORITHMIC}:
        return ALGORITHMIC
    if kinds == {TRAINED}:
        return TRAINED
    return MIXED_WITH_TRAINED if TRAINED in kinds else MIXED


def part_source_type(part: Credit) -> str | None:
    """How one part came about; None for a person's own work, and for what is no media of its own."""
    if not part.generated or not _is_media(part):
        return None
    return ALGORITHMIC if part.name.lower().startswith(RULE_BASED) else TRAINED


def _is_media(part: Credit) -> bool:
    return part.part.lower().startswith(MEDIA_PARTS)


def build_manifest(title: str, parts: Sequence[Credit], claim_generator: str) -> dict[str, Any]:
    """The statement to sign; pure.

    Args:
        title: The video's.
        parts: Everything that the result is made of.
        claim_generator: "Name/version" of the program.
    """
    name, _, version = claim_generator.partition("/")
    agent = {"name": name, "version": version} if version else {"name": name}
    actions: list[dict[str, Any]] = [
        {
            "action": "c2pa.created",
            "softwareAgent": agent,
            "digitalSourceType": SOURCE_TYPES + choose_source_type(parts),
        }
    ]
    for part in parts:
        kind = part_source_type(part)
        if kind is not None:
            actions.append(
                {
                    "action": "c2pa.edited",
                    "description": f"{part.part}: {part.name} ({part.origin})",
                    "softwareAgent": {"name": part.name},
                    "digitalSourceType": SOURCE_TYPES + kind,
                }
            )
    credits = [
        {
            "part": part.part,
            "name": part.name,
            "origin": part.origin,
            "licence": part.licence,
            "generated": part.generated,
        }
        for part in parts
    ]
    return {
        "claim_generator_info": [agent],
        "title": title,
        "format": "video/mp4",
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": "org.automagic.credits", "data": {"parts": credits}},
        ],
    }


def sign_video(
    source: Path,
    target: Path,
    *,
    title: str,
    parts: Sequence[Credit],
    claim_generator: str,
    certificate: Certificate,
) -> None:
    """Write a copy of an MP4 that carries signed content credentials; its media streams stay as they are, bit by bit.

    Raises:
        MediaError: It is no MP4, or signing failed; no target is written.
    """
    import c2pa

    beside = target.with_name(f"{target.name}.partial")
    try:
        with _context() as context:
            info = c2pa.C2paSignerInfo(b"es256", certificate.chain_pem.encode(), certificate.key_pem.encode(), None)
            manifest = build_manifest(title, parts, claim_generator)
            with (
                c2pa.Signer.from_info(info) as signer,
                c2pa.Builder.from_json(json.dumps(manifest), context=context) as builder,
                source.open("rb") as original,
                beside.open("w+b") as signed,
            ):
                builder.sign(signer, "video/mp4", original, signed)
        beside.replace(target)
    except (c2pa.C2paError, OSError) as error:
        raise MediaError(f"{source.name} could not be given content credentials: {error}") from error
    finally:
        beside.unlink(missing_ok=True)


def _context() -> Any:
    """Settings of one call: nothing is fetched from the network, no thumbnail is made."""
    import c2pa

    return c2pa.Context.from_dict(
        {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}, "builder": {"thumbnail": {"enabled": False}}}
    )
