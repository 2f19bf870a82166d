"""A designed picture as an HTML5 ad for Google, and what its zip is refused for.

Rules: facts `google.html5.zip` and `google.html5.html`.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from pathlib import PurePosixPath

from automagic.products.ads.creative import AdFinding, AdPicture
from automagic.products.ads.specs.table import Specs

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say: the same ad is the same bytes."""
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_SIZE = re.compile(r'<meta name="ad\.size" content="width=\d+,height=\d+">')
_OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//(?!fonts\.(?:googleapis|gstatic)\.com/)""", re.I)
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="ad.size" content="width={width},height={height}">
<style>
html, body {{ margin: 0; padding: 0; }}
a, img {{ display: block; width: {width}px; height: {height}px; border: 0; }}
</style>
<script>
var clickTag = {link};
</script>
</head>
<body>
<a href="javascript:void(window.open(clickTag))"><img src="{image}" alt="{alt}" width="{width}" height="{height}"></a>
</body>
</html>
"""


def make_bundle(picture: AdPicture, data: bytes, link: str, language: str) -> bytes:
    """A zip of `index.html` and the picture; the same bytes for the same arguments."""
    image = f"ad.{_ENDINGS[picture.file.media_type]}"
    page = _PAGE.format(
        language=html.escape(language),
        title=html.escape(picture.alt or picture.name),
        width=picture.width,
        height=picture.height,
        link=json.dumps(link).replace("<", "\\u003c"),
        image=image,
        alt=html.escape(picture.alt),
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("index.html", page.encode()), (image, data)):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def check_bundle(bundle: bytes, specs: Specs) -> tuple[AdFinding, ...]:
    """What speaks against a zip, each with the fact that it breaks."""
    size, page = specs.find("google.html5.zip"), specs.find("google.html5.html")

    def against_size(says: str) -> AdFinding:
        return AdFinding(size.id, says, size.hard, size.source, size.checked)

    def against_page(says: str) -> AdFinding:
        return AdFinding(page.id, says, page.hard, page.source, page.checked)

    found = []
    if size.max_bytes and len(bundle) > size.max_bytes:
        found.append(against_size(f"The zip has {len(bundle)} bytes of at most {size.max_bytes}."))
    try:
        archive = zipfile.ZipFile(io.BytesIO(bundle))
    except zipfile.BadZipFile:
        return (*found, against_size("It is no zip."))
    with archive:
        names = archive.namelist()
        if size.max_files and len(names) > size.max_files:
            found.append(against_size(f"It has {len(names)} files of at most {size.max_files}."))
        for name in names:
            path = PurePosixPath(name)
            if not all(_NAME.fullmatch(part) for part in path.parts) or len(path.name) > (size.max_name or 50):
                found.append(against_page(f"The file name {name!r} is not of 1 to 50 letters, digits, . - _."))
            if path.suffix.lower().lstrip(".") not in size.formats:
                found.append(against_size(f"{name!r} is not one of {', '.join(size.formats)}."))
        pages = [name for name in names if "/" not in name and name.endswith(".html")]
        if len(pages) != 1:
            found.append(against_page("One HTML file must stand at the top of the zip, not in a folder."))
        for name in pages:
            found += [against_page(says) for says in _faults(archive.read(name).decode("utf-8", "replace"))]
    return tuple(found)


def _faults(page: str) -> list[str]:
    wanted = (
        (page.lstrip().lower().startswith("<!doctype html>"), "The page has no doctype."),
        (all(f"<{tag}" in page for tag in ("html", "head", "body")), "The page lacks html, head or body."),
        (bool(_SIZE.search(page)), "The page does not say its ad.size."),
        ("clickTag" in page, "The page has no clickTag."),
        ("http://" not in page, "The page names an address without https."),
        (not _OUTSIDE.search(page), "The page refers to a file outside its zip."),
    )
    return [says for fine, says in wanted if not fine]
