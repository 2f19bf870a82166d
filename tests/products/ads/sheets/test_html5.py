"""HTML5 zips are what Google takes; each fault is found."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from automagic.products.ads.sheets.html5 import check_bundle, make_bundle
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.sheets.ads import make_picture

SPECS = read_specs()
LINK = "https://example.org/k?a=1&b=</script>"


def _bundle() -> bytes:
    picture, data = make_picture("google.display.sizes")
    return make_bundle(picture, data, LINK, "en")


def _page() -> str:
    return zipfile.ZipFile(io.BytesIO(_bundle())).read("index.html").decode()


def _zip(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_a_bundle_has_no_fault() -> None:
    assert check_bundle(_bundle(), SPECS) == ()


def test_the_link_cannot_end_its_script() -> None:
    assert _page().count("</script>") == 1


def test_a_bundle_is_the_same_tomorrow(monkeypatch) -> None:
    today = _bundle()
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    assert _bundle() == today


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("index.html", lambda page: page.replace("<!DOCTYPE html>", ""), "doctype"),
        ("index.html", lambda page: page.replace("ad.size", "size"), "ad.size"),
        ("index.html", lambda page: page.replace("clickTag", "link"), "clickTag"),
        ("index.html", lambda page: page.replace("https://", "http://"), "https"),
        ("index.html", lambda page: page.replace('src="ad', 'src="https://cdn.example.org/ad'), "outside"),
        ("folder/index.html", lambda page: page, "folder"),
        ("in dex.html", lambda page: page, "file name"),
        (f"{'a' * 46}.html", lambda page: page, "file name"),
    ],
)
def test_a_fault_is_found(name, change, says) -> None:
    found = check_bundle(_zip({name: change(_page()).encode()}), SPECS)
    assert [finding.hard for finding in found] == [True]
    assert says in found[0].says


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"big.png": b"x" * 614_400}, "bytes"),
        ({f"{n}.png": b"" for n in range(40)}, "41 files"),
        ({"run.exe": b""}, "run.exe"),
    ],
)
def test_a_zip_that_is_too_much_is_found(files, says) -> None:
    (found,) = check_bundle(_zip({"index.html": _page().encode(), **files}), SPECS)
    assert says in found.says


def test_no_zip_is_found() -> None:
    assert "no zip" in check_bundle(b"hello", SPECS)[0].says
