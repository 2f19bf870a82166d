"""An HTML5 zip of ours has no fault; each fault that Google's API names, as far as a zip shows it, is found."""

from __future__ import annotations

import io
import zipfile

import pytest

from automagic.products.ads.sheets.html5 import make_bundle
from automagic.products.ads.sheets.html5_checks import JUDGED, LEFT, check_bundle
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.sheets.ads import make_picture

SPECS = read_specs()
PICTURE, DATA = make_picture("google.display.sizes")


def _bundle() -> bytes:
    return make_bundle(PICTURE, DATA, "https://example.org/k?a=1", "en")


def _files(page_name: str = "index.html") -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_bundle())) as archive:
        return {page_name if name == "index.html" else name: archive.read(name) for name in archive.namelist()}


def _zip(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def _says(bundle: bytes) -> str:
    found = check_bundle(bundle, SPECS)
    assert all(finding.hard for finding in found)
    return " ".join(finding.says for finding in found)


def _changed(old: str, new: str) -> bytes:
    files = _files()
    page = files["index.html"].decode()
    assert old in page
    return _zip({**files, "index.html": page.replace(old, new).encode()})


def _locked() -> bytes:
    """The same zip, whose first file says that it has a password."""
    bundle = bytearray(_bundle())
    bundle[6] |= 1
    at = bundle.index(b"PK\x01\x02")
    bundle[at + 8] |= 1
    return bytes(bundle)


def _damaged() -> bytes:
    bundle = _zip(_files())
    return bundle.replace(b"clickTag", b"clickTog", 1)


def test_a_bundle_has_no_fault() -> None:
    assert check_bundle(_bundle(), SPECS) == ()


def test_each_of_the_22_reasons_is_judged_or_left_with_why() -> None:
    assert len({*JUDGED, *LEFT}) == len(JUDGED) + len(LEFT) == 22


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("<!DOCTYPE html>", "", "no doctype"),
        ("<body>", "", None),
        ("ad.size", "size", "does not say its ad.size"),
        ("width=300,height=250", "width=301,height=250", "301x250 is no size"),
        ("clickTag", "link", "no clickTag"),
        ("https://example.org", "http://example.org", "without https"),
        ('src="ad.png"', 'src="https://cdn.example.org/ad.png"', "outside its zip"),
        ('src="ad.png"', 'src="//cdn.example.org/ad.png"', "outside its zip"),
        ('src="ad.png"', 'src="img/ad.png"', "img/ad.png, which is not in the zip"),
        ('src="ad.png"', 'src="/ad.png"', "/ad.png, which is not in the zip"),
        ('src="ad.png"', 'srcset="ad.png 1x, ad2.png 2x"', "ad2.png, which is not in the zip"),
        ("margin: 0;", "background: url('b.png');", "b.png, which is not in the zip"),
        ("<style>", "<style>@import 'more.css';", "more.css, which is not in the zip"),
        ("<script>", '<script src="https://s0.2mdn.net/ads/studio/Enabler.js"></script><script>', "DoubleClick Studio"),
        ("<script>", '<script src="swiffy/runtime.js"></script><script>', "Swiffy"),
        ("window.open(clickTag)", "Enabler.exit('a')", "only clickTag may"),
        ("window.open(clickTag)", "window.open('https://example.org')", "only clickTag may"),
        ('href="javascript:void(window.open(clickTag))"', 'href="https://example.org"', "only clickTag may"),
        ("<title>", '<meta name="environment" content="gwd-dv360"><title>', "made for dv360"),
    ],
)
def test_a_fault_of_a_page_is_found(old, new, says) -> None:
    said = _says(_changed(old, new))
    assert (says or "lacks body") in said


@pytest.mark.parametrize(
    ("bundle", "says"),
    [
        (lambda: b"hello", "no zip"),
        (lambda: _zip({**_files(), "big.png": DATA[:8] + b"x" * 614_400}), "bytes of at most"),
        (lambda: _zip({**_files(), **{f"{n}.css": b"" for n in range(40)}}), "42 files"),
        (lambda: _zip({**_files(), "run.exe": b""}), "run.exe"),
        (lambda: _zip({**_files(), "b.png": b"GIF89a"}), "is not what its ending says"),
        (lambda: _zip(_files("folder/index.html")), "not in a folder"),
        (lambda: _zip({**_files(), "b.html": b"<!doctype html>"}), "Exactly one HTML file"),
        (lambda: _zip(_files("in dex.html")), "file name"),
        (lambda: _zip({**_files(), "../up.css": b""}), "file name"),
        (lambda: _zip(_files(f"{'a' * 46}.html")), "file name"),
        (lambda: _zip({**_files(), "a.css": b"x" * 20_000_001}), "Unpacked"),
        (_locked, "locked with a password"),
        (_damaged, "damaged"),
    ],
)
def test_a_fault_of_a_zip_is_found(bundle, says) -> None:
    assert says in _says(bundle())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<title>", '<link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Inter"><title>'),
        ("<body>", '<body><svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        ('src="ad.png"', 'src="./ad.png?v=1#x"'),
        ("<body>", '<body style="background: url(data:image/gif;base64,R0lGODlhAQABAAAAACw=)">'),
        ("width=300,height=250", "height=250,width=300"),
        ("<title>", '<meta name="environment" content="gwd-adwords"><title>'),
    ],
)
def test_what_google_takes_is_let_be(old, new) -> None:
    assert check_bundle(_changed(old, new), SPECS) == ()
