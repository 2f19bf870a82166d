"""Content credentials as anybody reads them: by the C2PA library, without us."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import c2pa

from automagic.media.credentials.provenance import SOURCE_TYPES

OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}


def read_credentials(path: Path) -> dict[str, Any] | None:
    """What a file's credentials say; None when it carries none.

    `problems` are failure codes, without the one that says that a local certificate is nobody's acquaintance, which is
    `untrusted`.
    """
    with c2pa.Context.from_dict(OFFLINE) as context, path.open("rb") as file:
        reader = c2pa.Reader.try_create("video/mp4", file, context=context)
        if reader is None:
            return None
        with reader:
            report = json.loads(reader.json())
    manifest = report["manifests"][report["active_manifest"]]
    assertions = {assertion["label"]: assertion["data"] for assertion in manifest["assertions"]}
    created = [one for one in assertions["c2pa.actions.v2"]["actions"] if one["action"] == "c2pa.created"]
    codes = {status["code"] for status in report.get("validation_status", [])}
    generator = manifest["claim_generator_info"][0]
    return {
        "state": report["validation_state"],
        "untrusted": "signingCredential.untrusted" in codes,
        "problems": sorted(codes - {"signingCredential.untrusted"}),
        "title": manifest["title"],
        "generator": f"{generator['name']}/{generator['version']}",
        "source_type": created[0]["digitalSourceType"].removeprefix(SOURCE_TYPES),
        "parts": assertions["org.automagic.credits"]["parts"],
    }
