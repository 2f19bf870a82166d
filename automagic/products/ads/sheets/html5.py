"""A designed picture as an HTML5 ad for Google: a zip of a page and the picture, as `html5_checks` wants it."""

from __future__ import annotations

import html
import io
import json
import zipfile

from automagic.products.ads.creative import AdPicture

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say: the same ad is the same bytes."""
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
