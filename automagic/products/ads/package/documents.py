"""The documents of a package, written and read again.

brief.toml  texts.json  pictures.json  scripts.json ──▶ read_package ──▶ AdPackage
pictures/PLATFORM/NAME  videos/6s.md  approval.json ──╯   ids are worked out anew: what was edited is no longer approved
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdFinding, AdPicture, AdScript, AdText, PictureFamily
from automagic.products.ads.package.assets import VIDEOS, AdAsset, AdPackage, Approval, Decision, asset_id
from automagic.products.ads.package.brief_file import read_brief_file, write_brief
from automagic.products.ads.package.rows import picture_row, script_row, text_row
from automagic.reading.faults import decode_utf8
from automagic.reading.json import parse_json
from automagic.reading.named_files import file_name, read_named
from automagic.values.artifact import Artifact

BRIEF, TEXTS, PICTURES, SCRIPTS = "brief.toml", "texts.json", "pictures.json", "scripts.json"
APPROVALS, PREVIEW, TEST_PLAN = "approval.json", "preview.html", "test-plan.txt"
_MOST_BYTES = 20_000_000
_MOST_PICTURE_BYTES = 50_000_000
_MEDIA_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif"}
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
_HINT = "Name the folder of a package, as `automagic ads make` writes it."
MadeState = Literal["ready", "pending"]
"""What is approved stands in `approval.json`, and nowhere else."""
Document = TypeVar("Document")


class _Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: str
    says: str
    hard: bool
    source: str
    checked: datetime.date | None


class _Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    platform: str
    field: str
    number: int
    text: str
    length: int
    limit: int
    shown: int | None
    claim: str | None
    claims: tuple[str, ...]
    source: str
    state: MadeState
    pin: str
    findings: tuple[_Finding, ...]


class _Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    texts: tuple[_Text, ...]


class _Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    platform: str
    field: str
    family: PictureFamily
    path: str
    sha256: str
    width: int
    height: int
    alt: str
    claims: tuple[str, ...]
    state: MadeState
    findings: tuple[_Finding, ...]


class _Pictures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pictures: tuple[_Picture, ...]


class _Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    length_s: Annotated[int, msgspec.Meta(ge=1, le=3600)]
    path: str
    sha256: str
    spoken_s: float
    claims: tuple[str, ...]
    state: MadeState
    findings: tuple[_Finding, ...]


class _Scripts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scripts: tuple[_Script, ...]


class _Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    state: Decision
    who: str
    when: datetime.datetime
    what: str
    note: str = ""


class _Approvals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    approvals: dict[str, _Approval]


def write_documents(
    brief: AdBrief, texts: Sequence[AdText], pictures: Sequence[AdPicture], scripts: Sequence[AdScript] = ()
) -> dict[str, bytes]:
    """The documents of a package by name, its pictures lie at `rows.picture_path`, its scripts at `place_of`."""
    documents = {
        BRIEF: write_brief(brief),
        TEXTS: _json({"texts": [text_row(one, brief) for one in texts]}),
        PICTURES: _json({"pictures": [picture_row(one, brief) for one in pictures]}),
    }
    if scripts:
        documents[SCRIPTS] = _json({"scripts": [script_row(one, brief) for one in scripts]})
    return documents


def write_approvals(approvals: Mapping[str, Approval]) -> bytes:
    """`approval.json`, in the order of the ids."""
    told = {
        key: {
            "state": one.state,
            "who": one.who,
            "when": one.when.isoformat(),
            "what": one.what,
            **({"note": one.note} if one.note else {}),
        }
        for key, one in sorted(approvals.items())
    }
    return _json({"approvals": told})


def read_package(folder: Path) -> AdPackage:
    """A package with the bytes of its pictures; without `scripts.json` it has no scripts.

    Raises:
        RequestError: It is no package, or a document, a picture or a script in it is missing or not what it should be.
    """
    brief = read_brief_file(_read(folder, BRIEF), BRIEF)
    texts = _parse(_read(folder, TEXTS), TEXTS, _Texts).texts
    pictures = _parse(_read(folder, PICTURES), PICTURES, _Pictures).pictures
    files = [_read_picture(folder, row) for row in pictures]
    read_texts = tuple(_text(row) for row in texts)
    read_pictures = tuple(_picture(row, file) for row, (file, _) in zip(pictures, files, strict=True))
    scripts = _parse(_read(folder, SCRIPTS), SCRIPTS, _Scripts).scripts if (folder / SCRIPTS).exists() else ()
    read_scripts = tuple(_read_script(folder, row) for row in scripts)
    assets: list[AdAsset] = [*read_texts, *read_pictures, *read_scripts]
    made = [row.id for rows in (texts, pictures, scripts) for row in rows]
    now = [asset_id(one, brief) for one in assets]
    return AdPackage(
        brief=brief,
        texts=read_texts,
        pictures=read_pictures,
        files=dict(files),
        approvals=read_approvals(folder),
        changed={before: after for before, after in zip(made, now, strict=True) if before != after},
        scripts=read_scripts,
    )


def read_approvals(folder: Path) -> dict[str, Approval]:
    """What was decided of a package's assets, by id; nothing where nobody has decided yet.

    Raises:
        RequestError: The file is not what it should be; nothing of it is believed then.
    """
    if not (folder / APPROVALS).exists():
        return {}
    document = _parse(_read(folder, APPROVALS), APPROVALS, _Approvals)
    for key, one in document.approvals.items():
        if one.when.tzinfo is None:
            raise RequestError(f"{APPROVALS}: when {key[:20]!r} was decided has no time zone", hint=_APPROVALS_HINT)
    return {key: Approval(one.state, one.who, one.when, one.what, one.note) for key, one in document.approvals.items()}


_APPROVALS_HINT = "Mend it, or move it away and approve again: nothing else says what was approved."


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _read(folder: Path, name: str) -> bytes:
    if not folder.is_dir():
        raise RequestError(f"{file_name(folder)} is no folder of a package", hint=_HINT)
    if not (folder / name).exists():
        raise RequestError(f"{file_name(folder)} has no {name}", hint=_HINT)
    return read_named(folder / name, _MOST_BYTES, what="a package's document", hint=_HINT)


def _parse(data: bytes, name: str, kind: type[Document]) -> Document:
    try:
        return parse_json(data, name=name, type=kind)
    except RequestError as error:
        hint = _APPROVALS_HINT if name == APPROVALS else "Make the package again with `automagic ads make`."
        raise RequestError(error.message, hint=hint) from error


def _read_picture(folder: Path, row: _Picture) -> tuple[Artifact, bytes]:
    """A picture of the package, as it is now.

    Raises:
        RequestError: It is missing, no picture by its name, or leads out of the package.
    """
    parts = row.path.split("/")
    if len(parts) != 3 or parts[:2] != ["pictures", row.platform] or not all(map(_NAME.fullmatch, parts[1:])):
        raise RequestError(f"{PICTURES}: {row.path[:120]!r} is no place for a picture of {row.platform[:40]!r}")
    path = folder / row.path
    kind = _MEDIA_TYPES.get(path.suffix.lower())
    if kind is None:
        raise RequestError(f"{PICTURES}: {row.path} is no JPEG, PNG or GIF by its name")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise RequestError(f"{row.path} is a symbolic link that leads out of the package", hint="Copy it there.")
    hint = "Put it back, or make the package again."
    data = read_named(path, _MOST_PICTURE_BYTES, what="a picture", called=row.path, hint=hint)
    return Artifact(hashlib.sha256(data).hexdigest(), kind, len(data)), data


def _read_script(folder: Path, row: _Script) -> AdScript:
    """A script of the package, as it is now.

    Raises:
        RequestError: It is missing, no text, or lies elsewhere.
    """
    path = folder / VIDEOS / f"{row.length_s}s.md"
    if row.path != f"{VIDEOS}/{path.name}":
        raise RequestError(f"{SCRIPTS}: {row.path[:120]!r} is not {VIDEOS}/{path.name}")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise RequestError(f"{row.path} is a symbolic link that leads out of the package", hint="Copy it there.")
    hint = "Put it back, or make the package again."
    data = read_named(path, _MOST_BYTES, what="a script", called=row.path, hint=hint)
    text = decode_utf8(data, row.path, hint="Save it as UTF-8.")
    return AdScript(row.length_s, text, row.spoken_s, row.claims, row.state, _findings(row.findings))


def _text(row: _Text) -> AdText:
    return AdText(
        platform=row.platform,
        field=row.field,
        number=row.number,
        text=row.text,
        length=row.length,
        limit=row.limit,
        claims=row.claims,
        source=row.source,
        state=row.state,
        shown=row.shown,
        pin=row.pin,
        findings=_findings(row.findings),
    )


def _picture(row: _Picture, file: Artifact) -> AdPicture:
    return AdPicture(
        platform=row.platform,
        field=row.field,
        family=row.family,
        name=row.path.rpartition("/")[2],
        file=file,
        width=row.width,
        height=row.height,
        alt=row.alt,
        claims=row.claims,
        state=row.state,
        findings=_findings(row.findings),
    )


def _findings(rows: Iterable[_Finding]) -> tuple[AdFinding, ...]:
    return tuple(AdFinding(row.rule, row.says, row.hard, row.source, row.checked) for row in rows)
