"""Long recordings: those of a folder, and one that is fetched from the web.

folder ─▶ its files, in natural order ─┬─▶ those that may be recordings: their content decides
                                       └─▶ those whose name says what else they are

address ─▶ only the public internet ─▶ a file, complete or absent
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from automagic.errors import RequestError, VendorError
from automagic.machine.addresses import is_public

if TYPE_CHECKING:
    from automagic.gate.http import Allow, Http, Reply

MAX_BYTES = 64 << 30
"""Of a long recording: six hours at 24 Mbit/s."""
LONGEST_S = 12 * 3600.0
"""For a download."""

_HTML_START = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_LONGEST_NAME = 100


def list_folder(folder: Path) -> tuple[Path, ...]:
    """The files of a folder in natural order; hidden ones and subfolders are not looked at.

    Raises:
        RequestError: It cannot be read.
    """
    try:
        files = [path for path in folder.iterdir() if not path.name.startswith(".") and not path.is_dir()]
    except OSError as error:
        raise RequestError(
            f"the folder {folder} cannot be read: {error.strerror}", hint="Check its permissions."
        ) from error
    return tuple(sorted(files, key=lambda path: (_natural(path.stem), path.name)))


def _natural(name: str) -> tuple[list[str | int], str]:
    """Numbers count as numbers: "part 2" comes before "part 10"."""
    pieces = enumerate(re.split(r"([0-9]+)", name.casefold()))
    return [int(piece) if at % 2 else piece for at, piece in pieces], name


def is_address(given: str) -> bool:
    """Whether it is meant as an address of the web rather than as a file."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", given) is not None


def name_of(url: str) -> str:
    """The file name that an address ends with, for people; the server's name where there is none."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    name = re.sub(r"[^\w.() -]+", "-", last).strip(" .-")
    return (name or parts.hostname or "recording")[-_LONGEST_NAME:]


async def fetch_recording(http: Http, url: str, target: Path, *, allow: Allow = is_public) -> None:
    """Stream the file at `url` into `target`, which is complete or absent.

    Args:
        allow: Which network addresses may be connected to.

    Raises:
        RequestError: It is no address of a public file, cannot be had, is too large, or is a page and no video.
    """
    try:
        reply = await http.download(url, target, max_bytes=MAX_BYTES, total_s=LONGEST_S, allow=allow)
    except VendorError as error:
        raise RequestError(
            error.message, hint="Check the address, or download the file yourself and give its name."
        ) from error
    if reply.status >= 400:
        busy = reply.status == 429 or reply.status >= 500
        raise RequestError(
            f"{reply.url} answered {reply.status}",
            hint="The server is busy: try again later." if busy else "Check the address: it must be open to everybody.",
        )
    _refuse_page(target, reply)


def _refuse_page(target: Path, reply: Reply) -> None:
    with target.open("rb") as file:
        begin = file.read(2000)
    if _HTML_START.match(begin) or reply.media_type in ("text/html", "application/xhtml+xml"):
        target.unlink()
        raise RequestError(
            f"{reply.url} is a web page, not a video file",
            hint="Give the address of the file itself, or download it first and give its name.",
        )
