"""An HTML5 ad leads where it shall, and is the same bytes tomorrow."""

from __future__ import annotations

import io
import time
import zipfile

from automagic.products.ads.sheets.html5 import make_bundle
from tests.products.ads.sheets.ads import make_picture

LINK = "https://example.org/k?a=1&b=</script>"


def _bundle() -> bytes:
    picture, data = make_picture("google.display.sizes")
    return make_bundle(picture, data, LINK, "en")


def test_the_link_cannot_end_its_script() -> None:
    page = zipfile.ZipFile(io.BytesIO(_bundle())).read("index.html").decode()
    assert page.count("</script>") == 1


def test_a_bundle_is_the_same_tomorrow(monkeypatch) -> None:
    today = _bundle()
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    assert _bundle() == today
