"""What Google refuses an HTML5 ad for, as far as its zip shows it.

Google's API names 22 reasons (MediaBundleError, PyPI google-ads 34.0.0). Those of `JUDGED` are looked for here, each by
the fact it rests on; `google.html5.html` holds what the reasons say nothing of: doctype, tags and clickTag. Those of
`LEFT` only the server, or the account, can tell.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from automagic.products.ads.creative import AdFinding
from automagic.products.ads.specs.table import Spec, Specs

JUDGED = (
    "CUSTOM_EXIT_NOT_ALLOWED", "DOUBLECLICK_BUNDLE_NOT_ALLOWED", "EXTERNAL_URL_NOT_ALLOWED", "FILE_TOO_LARGE",
    "INVALID_MEDIA_BUNDLE", "INVALID_MEDIA_BUNDLE_ENTRY", "INVALID_MIME_TYPE", "INVALID_PATH", "INVALID_URL_REFERENCE",
    "MEDIA_DATA_TOO_LARGE", "MISSING_PRIMARY_MEDIA_BUNDLE_ENTRY", "SWIFFY_BUNDLE_NOT_ALLOWED", "TOO_MANY_FILES",
    "UNEXPECTED_SIZE", "UNSUPPORTED_GOOGLE_WEB_DESIGNER_ENVIRONMENT", "URL_IN_MEDIA_BUNDLE_NOT_SSL_COMPLIANT",
)  # fmt: skip
LEFT = {
    "BAD_REQUEST": "of the call",
    "INVALID_INPUT": "of the call",
    "SERVER_ERROR": "of the server",
    "STORAGE_ERROR": "of the server",
    "GOOGLE_WEB_DESIGNER_ZIP_FILE_NOT_PUBLISHED": "what tells such a zip from a published one is not public",
    "UNSUPPORTED_HTML5_FEATURE": "which features are meant is not public",
}
_MOST_UNPACKED = 20_000_000
"""Nobody says how much is too much; more than this we do not unpack."""
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_SIZE = re.compile(r"width=(\d+),height=(\d+)|height=(\d+),width=(\d+)")
_SEVERAL = ("srcset",)
_LOADED = ("src", "poster", "data", "xlink:href", "background")
_CSS = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""", re.IGNORECASE)
_PLAIN_HTTP = re.compile(r"""http://(?!www\.w3\.org/)[^\s"'<>)]*""", re.IGNORECASE)
_FONTS = ("fonts.googleapis.com", "fonts.gstatic.com")
_ENVIRONMENTS = ("gwd-adwords", "gwd-googleads")
_STUDIO = re.compile(r"s0\.2mdn\.net/ads/studio|studio(?:\.events)?\.(?:Enabler|module)|\bEnabler\.js\b", re.IGNORECASE)
_SWIFFY = re.compile(r"swiffy", re.IGNORECASE)
_EXIT = re.compile(r"\bEnabler\.exit\w*\(|\bexitOverride\(|window\.open\(\s*[\"'`]", re.IGNORECASE)
_STARTS = {"gif": (b"GIF8",), "png": (b"\x89PNG\r\n",), "jpg": (b"\xff\xd8\xff",), "jpeg": (b"\xff\xd8\xff",)}
_TEXTS = frozenset({"html", "css", "js", "svg"})


def check_bundle(bundle: bytes, specs: Specs) -> tuple[AdFinding, ...]:
    """What speaks against a zip, each with the fact that it breaks."""
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            return tuple(_Checks(specs).of(bundle, archive))
    except zipfile.BadZipFile:
        return (_finding(specs.find("google.html5.zip"), "It is no zip."),)


def _finding(fact: Spec, says: str) -> AdFinding:
    return AdFinding(fact.id, says, fact.hard, fact.source, fact.checked)


class _Checks:
    """The checks of one zip; `zip`, `page` and `size` are the facts they rest on."""

    def __init__(self, specs: Specs) -> None:
        self.zip, self.page = specs.find("google.html5.zip"), specs.find("google.html5.html")
        self.size = specs.find("google.html5.ad_size")

    def of(self, bundle: bytes, archive: zipfile.ZipFile) -> Iterator[AdFinding]:
        """All that is found."""
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if self.zip.max_bytes and len(bundle) > self.zip.max_bytes:
            yield _finding(self.zip, f"The zip has {len(bundle):,} bytes of at most {self.zip.max_bytes:,}.")
        if self.zip.max_files and len(entries) > self.zip.max_files:
            yield _finding(self.zip, f"It has {len(entries)} files of at most {self.zip.max_files}.")
        for entry in entries:
            yield from self._entry(entry.filename)
        if len({entry.filename for entry in entries}) < len(entries):
            yield _finding(self.zip, "A file name stands in the zip twice.")
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > _MOST_UNPACKED:
            yield _finding(self.zip, f"Unpacked it has {unpacked:,} bytes, more than {_MOST_UNPACKED:,}.")
            return
        files, damaged = _read(archive, entries)
        for name in damaged:
            yield _finding(self.zip, f"{name!r} is damaged or locked with a password.")
        for name, data in files.items():
            starts = _STARTS.get(_ending(name))
            if starts and not data.startswith(starts):
                yield _finding(self.zip, f"{name!r} is not what its ending says.")
        pages = [name for name in files if "/" not in name and _ending(name) == "html"]
        if len(pages) != 1 or sum(_ending(name) == "html" for name in files) != 1:
            yield _finding(self.page, "Exactly one HTML file must stand in the zip, at its top and not in a folder.")
        texts = {name: data.decode("utf-8", "replace") for name, data in files.items() if _ending(name) in _TEXTS}
        for name, text in texts.items():
            yield from (_finding(self.page, says) for says in _faults_of_text(name, text, files))
        for name in pages:
            yield from self._faults_of_page(texts[name])

    def _entry(self, name: str) -> Iterator[AdFinding]:
        path = PurePosixPath(name)
        parts_fit = all(_NAME.fullmatch(part) and part != ".." for part in path.parts)
        if not parts_fit or len(path.name) > (self.zip.max_name or 50):
            yield _finding(self.page, f"The file name {name!r} is not of 1 to 50 letters, digits, . - _.")
        if _ending(name) not in self.zip.formats:
            yield _finding(self.zip, f"{name!r} is not one of {', '.join(self.zip.formats)}.")

    def _faults_of_page(self, page: str) -> Iterator[AdFinding]:
        read = _read_page(page)
        if not page.lstrip("\ufeff \t\r\n").lower().startswith("<!doctype html"):
            yield _finding(self.page, "The page has no doctype.")
        if lacking := [tag for tag in ("html", "head", "body") if tag not in read.tags]:
            yield _finding(self.page, f"The page lacks {lacking[0]}.")
        if "clickTag" not in page:
            yield _finding(self.page, "The page has no clickTag.")
        said = _SIZE.fullmatch(read.meta.get("ad.size", "").replace(" ", ""))
        if not said:
            yield _finding(self.size, "The page does not say its ad.size.")
        else:
            width, height = (said[1], said[2]) if said[1] else (said[4], said[3])
            if f"{width}x{height}" not in self.size.values:
                yield _finding(self.size, f"{width}x{height} is no size that Google takes.")
        environment = read.meta.get("environment", "")
        if environment.startswith("gwd-") and environment not in _ENVIRONMENTS:
            yield _finding(self.page, f"It was made for {environment[4:]}, not for Google Ads, in Google Web Designer.")


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> tuple[dict[str, bytes], list[str]]:
    """What its files hold, and the names of those that cannot be read."""
    files, damaged = {}, []
    for entry in entries:
        try:
            files[entry.filename] = archive.read(entry)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):  # password, method, checksum
            damaged.append(entry.filename)
    return files, damaged


class _PageReader(HTMLParser):
    """Tags, metas, and what a page loads or leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.meta: dict[str, str] = {}
        self.loaded: list[str] = []
        self.exits: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what it names."""
        self.tags.add(tag)
        self._in_style = tag == "style"
        said = {name: value or "" for name, value in attrs}
        if tag == "meta" and "name" in said:
            self.meta[said["name"].lower()] = said.get("content", "")
        self.loaded += [said[name] for name in _LOADED if name in said]
        self.loaded += [part.split()[0] for name in _SEVERAL for part in said.get(name, "").split(",") if part.strip()]
        self.loaded += _in_css(said.get("style", ""))
        if "href" in said:
            (self.exits if tag in {"a", "area"} else self.loaded).append(said["href"])

    def handle_data(self, data: str) -> None:
        """Note what a style loads."""
        if self._in_style:
            self.loaded += _in_css(data)


def _read_page(page: str) -> _PageReader:
    reader = _PageReader()
    reader.feed(page)
    reader.close()
    return reader


def _in_css(text: str) -> list[str]:
    return [one or other for one, other in _CSS.findall(text)]


def _faults_of_text(name: str, text: str, files: Mapping[str, bytes]) -> Iterator[str]:
    """What a page, a style, a script or a drawing names that it may not."""
    loaded, exits = _in_css(text) if _ending(name) == "css" else [], []
    if _ending(name) in {"html", "svg"}:
        read = _read_page(text)
        loaded, exits = read.loaded, read.exits
    if plain := _PLAIN_HTTP.search(text):
        yield f"{name} names {plain[0]}, an address without https."
    if _STUDIO.search(text):
        yield f"{name} was made with DoubleClick Studio."
    if _SWIFFY.search(text):
        yield f"{name} was made with Swiffy."
    if _EXIT.search(text) or any("//" in one and not one.startswith("javascript:") for one in exits):
        yield f"{name} leads somewhere by itself: only clickTag may."
    for reference in dict.fromkeys(loaded):
        yield from _faults_of_reference(name, reference.strip(), files)


def _faults_of_reference(name: str, reference: str, files: Mapping[str, bytes]) -> Iterator[str]:
    if not reference or reference.startswith(("#", "data:", "blob:", "javascript:", "about:blank")):
        return
    parts = urlsplit(reference)
    if parts.scheme or parts.netloc:
        if parts.hostname not in _FONTS:
            yield f"{name} refers to {reference[:80]}, which is outside its zip."
        return
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
    if parts.path.startswith("/") or (parts.path and path not in files):
        yield f"{name} refers to {reference[:80]}, which is not in the zip."
