"""Scripts, styles and the vendored libraries: by the hash of what they hold, so a browser may keep them for ever.

/static/5f2c…/studio.css: another content is another address. `data/web/vendor/vendor.toml` says where each library is
from; a test recomputes its hashes.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache

from starlette.responses import Response

from automagic.data import shipped
from automagic.web.asked import Asked
from automagic.web.problems import Problem

FOLDERS = ("static", "vendor")
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load.

    Attributes:
        mark: Of its content: part of its address.
        packed: With gzip.
    """

    mark: str
    body: bytes
    packed: bytes
    media_type: str


@cache
def find_assets() -> dict[str, Asset]:
    """All of them, by name."""
    found: dict[str, Asset] = {}
    for folder in FOLDERS:
        for file in sorted(shipped(f"web/{folder}").iterdir()):
            if (kind := TYPES.get(file.suffix)) is not None:
                body = file.read_bytes()
                mark = hashlib.sha256(body).hexdigest()[:16]
                found[file.name] = Asset(mark, body, gzip.compress(body, 9, mtime=0), kind)
    return found


def address_of(name: str) -> str:
    """Where it is asked for, without the prefix under which the application is mounted."""
    return f"/static/{find_assets()[name].mark}/{name}"


async def asset(asked: Asked) -> Response:
    """One of them. The mark of an earlier content is a 404: pages name the mark that is there."""
    one = find_assets().get(asked.path["name"])
    if one is None or one.mark != asked.path["mark"]:
        raise Problem(404, "there is no such file", hint="Load the page again.")
    packs = "gzip" in asked.request.headers.get("accept-encoding", "")
    headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
    if packs:
        headers["content-encoding"] = "gzip"
    return Response(one.packed if packs else one.body, headers=headers, media_type=one.media_type)
