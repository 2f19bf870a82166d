"""A request over HTTP becomes a job: by the request's own field names, with texts inline and files by what was sent.

{"source": {"text": "# Bread\n…"}, "platforms": ["shorts"], "duration_s": 45, "priority": "high", "at": "18:00"}

A client names no path of this machine, unless it lies below a folder of --allow-paths. Where a field names a file, it
is given as an object, {"text": "…", "name": "notes.md"}, {"upload": "ID"}, {"path": "…"}, or as what is no file: the
address of a page, the name of a theme.
"""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Any

import msgspec

from automagic.errors import RequestError
from automagic.jobs.queue import reads
from automagic.jobs.queue.queue import JobQueue, PreparedJob
from automagic.products import find_products, kind_name
from automagic.reading.json import parse_json
from automagic.values.product import Operation
from automagic.values.request import RequestField, list_request_fields
from automagic.web.access.addresses import find_fault
from automagic.web.problems import Problem
from automagic.web.uploads import SentFiles

OF_THE_QUEUE = ("priority", "at")
MAX_NAME = 100
PUBLISHES = "publish"
"""A field that would publish at once: here a person has to approve first."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where jobs are taken.

    Attributes:
        folders: Of the server's machine, from which clients may name files: real paths, without links.
    """

    queue: JobQueue
    folders: tuple[Path, ...] = ()

    @property
    def home(self) -> Path:
        """Whose uploads can be named."""
        return self.queue.place.home


@dataclass(frozen=True, slots=True)
class Offer:
    """An operation that can be asked for over HTTP.

    Attributes:
        kind: Of its jobs: "posts write".
        fields: Those that may be given, by their names in JSON.
    """

    kind: str
    operation: Operation
    fields: Mapping[str, RequestField]

    @property
    def plans(self) -> bool:
        """Whether it can say what it would do, and at what cost."""
        return any(one.name == "plan" for one in list_request_fields(self.operation.request))

    @property
    def path(self) -> str:
        """Where it is asked for: /api/posts/write."""
        return f"/api/{self.kind.replace(' ', '/')}"


def list_offers() -> Iterator[Offer]:
    """What every product offers here: all operations but those that name this machine's places or publish at once."""
    for product in find_products():
        for operation in product.operations:
            if operation.door == "anywhere":
                fields = {
                    name_in_json(one): one
                    for one in list_request_fields(operation.request)
                    if not one.flag.at_once and one.name != PUBLISHES
                }
                yield Offer(kind_name(product, operation), operation, fields)


def name_in_json(one: RequestField) -> str:
    """The request's own name for a field."""
    return one.inner or one.field


def read_job(desk: Desk, offer: Offer, body: Mapping[str, Any], key: str, room: Path) -> PreparedJob:
    """The job that a body asks for; nothing is added yet.

    Args:
        room: An empty folder in which texts that were sent lie until the job is added.

    Raises:
        Problem: A name or a value is wrong.
        RequestError: Several do not go together.
    """
    values: dict[str, Any] = {}
    how = {name: body[name] for name in OF_THE_QUEUE if name in body and name not in offer.fields}
    for name, value in how.items():
        if not isinstance(value, str):
            raise _wrong(f"/{name}", "it is not a text")
    for name, value in body.items():
        if name in how:
            continue
        if name not in offer.fields:
            raise _unknown(name, offer)
        one = offer.fields[name]
        values[one.name] = value if one.file is None else _read_file(one, value, f"/{name}", room, desk)
    return desk.queue.read(offer.kind, values, folder=room, key=key, **how)


def _read_file(one: RequestField, value: Any, pointer: str, room: Path, desk: Desk) -> Any:
    """What a field that names a file is to hold."""
    if isinstance(value, list) and one.several:
        return [_read_file(one, each, f"{pointer}/{index}", room, desk) for index, each in enumerate(value)]
    if isinstance(value, dict) and "upload" in value:
        return _find_upload(value, pointer, desk.home)
    if isinstance(value, dict) and "path" in value:
        return _find_path(value, pointer, desk.folders)
    if isinstance(value, dict):
        return _write_text(value, pointer, room)
    if value is None:
        return None
    assert one.file is not None  # noqa: S101 - asked before
    if isinstance(value, str) and value != "-" and one.file.unless(value):
        if "://" in value and (fault := find_fault(value)):
            raise _wrong(pointer, fault)
        return value
    raise _wrong(pointer, 'a file is sent, not named: {"text": "…"}, {"upload": "ID"}, or an address')


def _find_upload(value: Mapping[str, Any], pointer: str, home: Path) -> str:
    upload_id = value["upload"]
    if len(value) > 1 or not isinstance(upload_id, str):
        raise _wrong(pointer, 'an upload is named so: {"upload": "ID"}')
    try:
        upload = SentFiles(home).find(upload_id)
    except Problem as problem:
        raise _wrong(f"{pointer}/upload", problem.detail) from problem
    if upload.file is None:
        raise _wrong(f"{pointer}/upload", f"{upload.offset:,} of {upload.size_bytes:,} bytes have come")
    return str(upload.file)


def _find_path(value: Mapping[str, Any], pointer: str, folders: Sequence[Path]) -> str:
    """A file of the server's machine, where its owner allows that: below one of these folders, links followed."""
    path = value["path"]
    if len(value) > 1 or not isinstance(path, str) or not path or "\0" in path:
        raise _wrong(pointer, 'a path is named so: {"path": "talks/monday.mp4"}')
    if not folders:
        raise _wrong(f"{pointer}/path", "this server takes no paths of its machine; --allow-paths FOLDER lets it")
    for folder in folders:
        found = (folder / path).resolve()
        if found.is_relative_to(folder) and found.exists():
            return str(found)
    raise _wrong(f"{pointer}/path", f"there is no {path[:100]!r} in the folders that the server allows")


def _write_text(value: Mapping[str, Any], pointer: str, room: Path) -> str:
    if unknown := next((name for name in value if name not in ("text", "name")), None):
        raise _wrong(f"{pointer}/{unknown}", "a text that is sent has `text` and `name`")
    text, name = value.get("text"), value.get("name", "text.md")
    if not isinstance(text, str) or not text.strip():
        raise _wrong(f"{pointer}/text", "there is no text")
    if not isinstance(name, str) or not is_plain_name(name):
        raise _wrong(f"{pointer}/name", f"a name has at most {MAX_NAME} characters and names no folder")
    place = room / f"{sum(1 for _ in room.iterdir())}"
    place.mkdir()
    try:
        (place / name).write_text(text, encoding="utf-8")
    except UnicodeEncodeError as error:
        raise _wrong(f"{pointer}/text", "it holds half of a surrogate pair, which is no text") from error
    return str(place / name)


def is_plain_name(name: str) -> bool:
    """Whether a file can have this name anywhere, and it names no folder."""
    return 0 < len(name) <= MAX_NAME and name.isprintable() and not set(name) & set("/\\:") and name.strip(". ") == name


def _wrong(pointer: str, what: str) -> Problem:
    return Problem(422, f"{pointer.lstrip('/')}: {what}", errors=[(pointer, what)])


def _unknown(name: str, offer: Offer) -> Problem:
    known = [*offer.fields, *OF_THE_QUEUE]
    flags = {one.name: field for field, one in offer.fields.items()}
    near = flags.get(name) or next(iter(difflib.get_close_matches(name, known, n=1)), "")
    hint = f"Did you mean {near}?" if near else f"There are: {', '.join(known)}."
    if name == PUBLISHES:
        hint = "What was made is published when a person has approved it."
    return Problem(422, f"{offer.kind} has no field {name[:60]!r}", hint=hint, errors=[(f"/{name[:60]}", "unknown")])


def add_job(desk: Desk, offer: Offer, body: Mapping[str, Any], key: str) -> tuple[str, bool, tuple[str, ...]]:
    """Queue what a body asks for: the job's id, whether it is new, and what who asked should know. Blocks.

    Raises:
        Problem: Something is wrong; or the key was used for something else.
    """
    with tempfile.TemporaryDirectory(prefix="automagic-sent-") as folder:
        draft = prepare(desk, offer, body, key, folder)
        [added] = desk.queue.add([draft])
        if not added.new and not _is_same(desk.queue, added.id, draft):
            raise Problem(
                422, "this Idempotency-Key was used for another request", hint="Send a new key with another request."
            )
    return added.id, added.new, draft.notices


def prepare(desk: Desk, offer: Offer, body: Mapping[str, Any], key: str, folder: str) -> PreparedJob:
    """As `read_job`, with every fault as a problem.

    Raises:
        Problem: Something is wrong.
    """
    try:
        return read_job(desk, offer, body, key, Path(folder))
    except RequestError as error:
        message = _without(error.message, folder)
        about = _find_field(message, offer)
        errors = [(f"/{about}", message)] if about else []
        raise Problem(422, message, hint=_without(error.hint, folder), errors=errors) from error


def _find_field(message: str, offer: Offer) -> str:
    """The field that an error begins with, by its name or its flag's; "" where it names none."""
    first = re.split(r"[ :,]", message, maxsplit=1)[0].lstrip("-").replace("-", "_")
    found = (name for name, one in offer.fields.items() if first in (name, one.name, one.field))
    return next(found, first if first in OF_THE_QUEUE else "")


def prepare_plan(desk: Desk, offer: Offer, body: Mapping[str, Any], folder: str) -> bytes:
    """What a body asks for as `automagic jobs plan` reads it; its files lie in `folder`. Blocks.

    Raises:
        Problem: Something is wrong.
    """
    draft = prepare(desk, offer, body, "", folder)
    for name, source in draft.files.items():
        place = Path(folder) / "files" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(source, bytes):
            place.write_bytes(source)
        else:
            place.symlink_to((source if isinstance(source, Path) else source.path).absolute())
    return msgspec.json.encode({"kind": draft.kind, "request": draft.data})


def _without(text: str, folder: str) -> str:
    """A message without the folder in which what was sent lies."""
    for number in range(len(list(Path(folder).iterdir()))):
        text = text.replace(f"{folder}/{number}/", "")
    return text.replace(f"{folder}/", "")


def _is_same(queue: JobQueue, job_id: str, draft: PreparedJob) -> bool:
    """Whether the job that is there was asked for by the same request."""
    asked = parse_json(msgspec.json.encode(queue.document(draft)), name="the request")
    with reads.open_database(queue.place) as database:
        document = reads.find_input(database, job_id)
        job = reads.find_job(database, job_id)
    return document == asked and job is not None and job.priority == draft.priority


def needed(offer: Offer) -> list[str]:
    """The fields without a default."""
    return [name for name, one in offer.fields.items() if one.default is MISSING and not one.inner]
