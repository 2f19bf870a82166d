"""A draft as it lies in the folder of its run, or a text of the person's own.

    RUN:2 ─▶ the run's folder ─┬▶ drafts.json  ─┬▶ the second draft, with its pictures and videos
                               └▶ draft-2.txt  ─┘  the text that was edited last
    post.txt                                   ─▶ a draft that is nothing but text

What stands there now is what is published, as long as it is what the run wrote and a person edited: a folder that a
later run has written anew is that run's. A line of "---" parts the posts of a thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import sqlalchemy as sa

from automagic.destinations.shared.network import Attachment
from automagic.destinations.shared.published_posts import DraftPlace
from automagic.errors import MediaError, QualityError, RequestError
from automagic.machine.blocks import hash_file
from automagic.products.posts.publishing.request import split_name
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.reading.named_files import open_named, read_named
from automagic.stages.publishing import find_result, find_runs

DRAFTS = "drafts.json"
_MOST_BYTES, _MOST_MEDIA_BYTES = 20_000_000, 1 << 30
_PARTED, _PARTING = "\n\n---\n\n", re.compile(r"^\s*---\s*$", re.MULTILINE)
_TEXTS = (".txt", ".text", ".md", ".markdown", "")


class _Media(msgspec.Struct):
    file: str
    alt: str = ""
    captions: str = ""


class _Draft(msgspec.Struct):
    text: str
    parts: dict[str, list[str]] = {}
    media: list[_Media] = []
    link: str | None = ""
    language: str | None = ""
    generated: bool = False
    ok: bool = True
    reasons: list[str] = []


class _Drafts(msgspec.Struct):
    drafts: list[_Draft]
    author: str | None = ""
    run_id: str | None = ""


@dataclass(frozen=True, slots=True)
class DraftMedia:
    """A picture or video that a draft names.

    Attributes:
        file, captions: Names of files in the draft's folder; captions may be "".
    """

    file: str
    alt: str
    captions: str


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft.

    Attributes:
        place: What a person calls it.
        folder: Where its files are.
        parts: By network, "" for all: the posts of its thread, where its writer has made one.
        link: Of a page that is shown below it; "" for none.
        language: BCP-47; "" when not known.
        author: In whose style it is written; "" when nobody's.
        run_id: Of the run that wrote what lies there; "" when it does not say.
        generated: Whether a machine made a picture or video of it.
        edited: Whether the text was changed after it was written.
        refused: Whether its writer did not find it good enough; never of what a person has edited since.
        reasons: Why.
    """

    place: DraftPlace
    folder: Path
    text: str
    parts: Mapping[str, tuple[str, ...]]
    media: tuple[DraftMedia, ...] = ()
    link: str = ""
    language: str = ""
    author: str = ""
    run_id: str = ""
    generated: bool = False
    edited: bool = False
    refused: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of the text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def title(self) -> str:
        """Its first words."""
        line = " ".join(self.text.split())
        return line if len(line) <= 60 else f"{line[:59].rstrip()}…"


def read_draft(engine: sa.Engine, source: str, *, origin: str = "") -> StoredDraft:
    """The draft that a person names.

    Args:
        source: A run's id or a folder, with the number of a draft or without; or a file.
        origin: What to call it, if not so.

    Raises:
        RequestError: There is no such run, folder, file or draft, or it is damaged, or the file holds no post; or a
            later run has written the run's folder anew.
    """
    name, behind = split_name(source)
    if Path(name).name == DRAFTS and Path(name).is_file():  # whoever names the file means what is in it
        name = str(Path(name).parent)
    path = Path(source)
    if name == source and (path.is_file() or (path.suffix in _TEXTS[:-1] and not path.is_dir())):
        return _read_text(path, origin)
    folder = find_result(engine, name).absolute()
    number = 1 if behind is None else behind
    if origin:
        draft = read_stored(folder, DraftPlace(str(folder), number))
        called, behind = split_name(origin)
        return replace(draft, place=DraftPlace(called, behind or 0))
    if not Path(name).is_dir():
        draft = read_stored(folder, DraftPlace(name, number))
        check_writer(draft)
        return draft
    draft = read_stored(folder, DraftPlace(str(folder), number))
    # By its run: it is the same draft, however a person names it, wherever its folder is moved.
    return replace(draft, place=replace(draft.place, source=draft.run_id or str(folder)))


def check_writer(draft: StoredDraft) -> None:
    """Refuse a draft of a run whose folder a later run has written anew.

    Raises:
        RequestError: It has; it is named.
    """
    if draft.run_id and draft.run_id != draft.place.source and "/" not in draft.place.source:
        raise RequestError(
            f"the drafts of {draft.place.source} are gone: {draft.run_id} has written its folder {draft.folder} anew",
            hint=f"Those that are there now: automagic posts publish {draft.run_id}:1. To keep both: write with --out.",
        )


def written_by(folder: Path) -> tuple[str, str]:
    """The run that wrote what lies in a folder, and in whose style; "" where it does not say, or there is nothing."""
    try:
        found = _read_drafts(folder, DraftPlace(str(folder), 0))
    except RequestError:
        return "", ""
    return found.run_id or "", found.author or ""


def names_of(engine: sa.Engine, source: str) -> tuple[str, ...]:
    """What a run, a folder or a file of drafts may be called: a run by its folder too, a folder by its runs."""
    path = Path(source)
    names = [source, str((path.parent if path.name == DRAFTS else path).absolute())]
    with contextlib.suppress(RequestError):  # then it is no run
        names.append(str(find_result(engine, source).absolute()))
    for folder in names[1:]:
        names += filter(None, (*find_runs(engine, folder), written_by(Path(folder))[0]))
    return tuple(dict.fromkeys(names))


def read_stored(folder: Path, place: DraftPlace) -> StoredDraft:
    """A draft of a folder, or the text that is the file `folder`.

    Raises:
        RequestError: It is not there any more, or damaged.
    """
    if not place.draft and not folder.is_dir():
        return _read_text(folder, place.source)
    found = _read_drafts(folder, place)
    count = len(found.drafts)
    if not 1 <= place.draft <= count:
        there = "There is one." if count == 1 else f"There are {count}, the best first."
        raise RequestError(f"there is no draft {place.draft} in {place.source}", hint=f"{there} They count from 1.")
    draft = found.drafts[place.draft - 1]
    text, parts = draft.text.strip(), {name: tuple(one) for name, one in draft.parts.items() if one}
    plain = _find_edited(folder, place.draft, text, parts)
    if plain is not None:
        text, parts = plain, {}
    else:  # where the text was edited, and a thread that was made of it was not, it is divided anew
        parts = {name: one for name, one in parts.items() if " ".join(one).split() == text.split()}
    if not parts:
        text, parts = _divide(text)
    return StoredDraft(
        place,
        folder,
        text,
        parts,
        tuple(DraftMedia(one.file, one.alt, one.captions) for one in draft.media),
        draft.link or "",
        draft.language or "",
        found.author or "",
        found.run_id or "",
        draft.generated,
        plain is not None,
        plain is None and not (draft.ok and not draft.reasons),
        () if plain is not None else tuple(draft.reasons),
    )


def _find_edited(folder: Path, number: int, text: str, parts: Mapping[str, tuple[str, ...]]) -> str | None:
    """The text of the file beside drafts.json, where it says something else and was edited later; else None."""
    path = folder / f"draft-{number}.txt"
    if not _is_plain_file(path):
        return None
    plain = read_named(path, _MOST_BYTES).decode("utf-8", "replace").strip()
    longest = max(parts.values(), key=len, default=(text,))
    written = _PARTED.join(longest)
    if plain == written.strip() or path.stat().st_mtime < (folder / DRAFTS).stat().st_mtime:
        return None
    return plain


def _divide(text: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """A text, and the posts that a person has divided it into."""
    posts = tuple(filter(None, (one.strip() for one in _PARTING.split(text))))
    if len(posts) < 2:
        return text.strip(), {}
    return "\n\n".join(posts), {"": posts}


def _read_text(path: Path, origin: str) -> StoredDraft:
    if path.suffix.lower() not in _TEXTS:
        raise RequestError(
            f"{path.name} is not a post", hint="Give a .txt or .md file that holds its words, or a run of posts write."
        )
    data = read_named(path, _MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(f"{path.name} is no text in UTF-8", hint="Save it as UTF-8.") from error
    return StoredDraft(DraftPlace(origin or str(path.absolute()), 0), path.absolute(), *_divide(text))


def _read_drafts(folder: Path, place: DraftPlace) -> _Drafts:
    path = folder / DRAFTS
    if not path.is_file() or path.is_symlink():
        raise RequestError(
            f"{place.source} holds no drafts of posts", hint="Write some: automagic posts write --author NAME --topic …"
        )
    try:
        return parse_json(read_named(path, _MOST_BYTES), name=DRAFTS, type=_Drafts)
    except MalformedText as error:
        raise RequestError(f"the drafts of {place.source} cannot be read: {error}", hint=f"Mend {path}.") from error


def check_held(draft: StoredDraft, *, anyway: bool = False) -> None:
    """Refuse a draft that its writer has refused, unless a person has read or edited it and says so.

    Raises:
        QualityError: It was not found good enough.
    """
    if draft.refused and not anyway:
        path = draft.folder / f"draft-{draft.place.draft}.txt"
        raise QualityError(
            f"{draft.place} was not found good enough: {' '.join(draft.reasons) or 'see drafts.json.'}",
            hint=f"Edit {path}, or publish it all the same with --anyway.",
        )


def list_files(draft: StoredDraft) -> list[Path]:
    """What belongs to a draft besides drafts.json.

    Raises:
        RequestError: One is missing, a link, or not in the draft's folder.
    """
    names = [name for one in draft.media for name in (one.file, one.captions) if name]
    for name in names:
        path = draft.folder / name
        if Path(name).name != name or not _is_plain_file(path):
            raise RequestError(
                f"{name} of {draft.place} is missing, or is a link",
                hint=f"Put it into {draft.folder}, or take it out of {DRAFTS} there.",
            )
    return [draft.folder / name for name in names]


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def read_attachments(draft: StoredDraft) -> tuple[Attachment, ...]:
    """Its pictures and videos, each looked into.

    Raises:
        RequestError: One is missing, damaged, or neither a picture nor a video.
    """
    list_files(draft)
    return tuple(_read_attachment(draft, one) for one in draft.media)


def _read_attachment(draft: StoredDraft, media: DraftMedia) -> Attachment:
    path = draft.folder / media.file
    with open_named(path, _MOST_MEDIA_BYTES, what="a picture or video") as (file, _):
        sha256 = hash_file(file)
    captions = draft.folder / media.captions if media.captions else None
    try:
        if path.suffix.lower() in (".mp4", ".mov", ".m4v"):
            from automagic.media.video.probe import probe

            info = probe(path)
            if info.video is None:
                raise MediaError(f"{path.name} holds no picture")  # noqa: TRY301 - explained with the others
            width, height = info.video.width, info.video.height
            if info.video.rotation in (90, 270):
                width, height = height, width
            duration_s = info.duration_s or info.video.duration_s
            return Attachment(path, "video/mp4", sha256, media.alt, width, height, duration_s, captions)
        from automagic.providers.shared.pictures import open_picture

        media_type, width, height = open_picture(path, path.name)
    except MediaError as error:
        raise RequestError(f"{error.message}", hint="Networks take JPEG and PNG pictures and MP4 videos.") from error
    return Attachment(path, media_type, sha256, media.alt, width, height)


def pack_draft(draft: StoredDraft) -> bytes:
    """A drafts.json with this draft alone, as it is now."""
    plain = _Draft(
        draft.text,
        {name: list(parts) for name, parts in draft.parts.items()},
        [_Media(one.file, one.alt, one.captions) for one in draft.media],
        draft.link,
        draft.language,
        draft.generated,
        not draft.refused,
        list(draft.reasons),
    )
    return msgspec.json.encode(_Drafts([plain], draft.author, draft.run_id))
