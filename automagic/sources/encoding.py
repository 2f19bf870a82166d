"""Bytes to characters: what a file is when it is not text, and which encoding it has when it is.

bytes ─▶ a known signature? ─▶ byte order mark ─▶ UTF-8 ─▶ what the source declares ─▶ a statistical guess
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from automagic.errors import RequestError

_RECORDING_HINT = "Recordings have their own commands; for a video give a text: a .txt, .md or .html file."
_EXPORT_HINT = "Export its text as .txt, .md or .html and give that file."
_TEXT_HINT = "Give a text: a .txt, .md or .html file."

_SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    # offset, bytes, what it is, what to try
    (0, b"%PDF-", "a PDF document", _EXPORT_HINT),
    (0, b"{\\rtf", "an RTF document", _EXPORT_HINT),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document", _EXPORT_HINT),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture", _TEXT_HINT),
    (0, b"\xff\xd8\xff", "a JPEG picture", _TEXT_HINT),
    (0, b"GIF8", "a GIF picture", _TEXT_HINT),
    (8, b"WEBP", "a WebP picture", _TEXT_HINT),
    (8, b"WAVE", "a WAV recording", _RECORDING_HINT),
    (8, b"AVI ", "an AVI video", _RECORDING_HINT),
    (4, b"ftyp", "an MP4 or QuickTime video", _RECORDING_HINT),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM video", _RECORDING_HINT),
    (0, b"OggS", "an Ogg recording", _RECORDING_HINT),
    (0, b"fLaC", "a FLAC recording", _RECORDING_HINT),
    (0, b"ID3", "an MP3 recording", _RECORDING_HINT),
    (0, b"\x1f\x8b", "a gzip archive", "Unpack it first and give the text inside."),
    (0, b"BZh", "a bzip2 archive", "Unpack it first and give the text inside."),
    (0, b"\xfd7zXZ\x00", "an xz archive", "Unpack it first and give the text inside."),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it first and give the text inside."),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first and give the text inside."),
    (257, b"ustar", "a tar archive", "Unpack it first and give the text inside."),
    (0, b"SQLite format 3\x00", "an SQLite database", _TEXT_HINT),
    (0, b"\x7fELF", "a program", _TEXT_HINT),
)
_ZIP = b"PK\x03\x04"
_ZIP_KINDS = (
    (b"word/", "a Word document"),
    (b"application/epub+zip", "an EPUB book"),
    (b"application/vnd.oasis.opendocument.text", "an OpenDocument text"),
    (b"xl/", "an Excel sheet"),
    (b"ppt/", "a PowerPoint presentation"),
)

_MARKS = (  # longest first: the mark of UTF-32 LE begins with the mark of UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.IGNORECASE
)
_PARAMETER_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_NEVER = re.compile(
    r"utf-7|idna|punycode|(?:raw[-_])?unicode[-_]escape|undefined|charmap|utf-(?:16|32)(?:-[lb]e)?", re.IGNORECASE
)
"""Declared by mistake or by an attacker: no text is written in them, or, of more than a byte, without a mark of it."""
_MAX_CONTROL_SHARE = 0.02
_GUESS_BYTES = 100_000
_MIN_GUESS_BYTES = 200  # below this many bytes a statistical guess is a coin toss; the Western encoding is likelier
_ESCAPE = b"\x1b"  # only the stateful encodings of ISO 2022 use it in text; their bytes are valid UTF-8 too

# Control and format characters that nobody can hear or see: C0 but tab and line breaks, C1, soft hyphen, zero-width
# space, word joiner, byte order mark, and the marks that override the direction of writing. Joiners stay: emoji and
# several scripts need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")


def decode_text(data: bytes, *, location: str, media_type: str = "") -> str:
    """The characters of `data`: composed (NFC), with "\\n" line breaks and without invisible control characters.

    `location` names the source in errors, `media_type` may carry a `charset` parameter.

    Raises:
        RequestError: Empty, only white space, or not text.
    """
    if not data:
        raise RequestError(f"{location} is empty.", hint="Give a text of at least a few sentences.")
    refuse_binary(data, location)
    text = _decode(data, location, media_type)
    if len(re.findall("[\x00-\x08\x0e-\x1a\x1c-\x1f]", text[:_GUESS_BYTES])) > _MAX_CONTROL_SHARE * len(
        text[:_GUESS_BYTES]
    ):
        raise RequestError(f"{location} is not a text: it looks like binary data.", hint=_TEXT_HINT)
    cleaned = unicodedata.normalize("NFC", _UNSEEN.sub("", _LINE_BREAKS.sub("\n", text).replace("\u2029", "\n\n")))
    if not cleaned.strip():
        raise RequestError(
            f"{location} holds nothing but white space.", hint="Give a text of at least a few sentences."
        )
    return cleaned


def refuse_binary(data: bytes, location: str) -> None:
    """Raise RequestError, naming what it looks like, when `data` is not text. The first 1,000 bytes are enough."""
    if data.startswith(_ZIP):
        kind = next((kind for mark, kind in _ZIP_KINDS if mark in data[:4000]), "a zip archive")
        raise RequestError(f"{location} is not a text: it looks like {kind}.", hint=_EXPORT_HINT)
    for offset, mark, kind, hint in _SIGNATURES:
        if data.startswith(mark, offset) and (mark != b"ID3" or b"\x00" in data[:16]):
            raise RequestError(f"{location} is not a text: it looks like {kind}.", hint=hint)
    if any(data.startswith(mark) for mark, _ in _MARKS):
        return
    head = data[:4000]
    if head[1::2].count(0) > 0.4 * len(head) or head[0::2].count(0) > 0.4 * len(head):
        raise RequestError(
            f"{location} looks like UTF-16 text without a byte order mark.", hint="Save it as UTF-8 and try again."
        )
    if b"\x00" in data:
        raise RequestError(f"{location} is not a text: it looks like binary data (it has NUL bytes).", hint=_TEXT_HINT)


def _decode(data: bytes, location: str, media_type: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                name = encoding.removesuffix("-sig").upper()
                raise RequestError(
                    f"{location} begins as {name} text but is damaged at byte {error.start}.",
                    hint="Open it in an editor and save it as UTF-8.",
                ) from error
    declared = _declared_charset(data, media_type)
    # What is valid UTF-8 is UTF-8, whatever a server declares.
    names = [declared, "utf-8"] if _ESCAPE in data else ["utf-8", declared]
    for name in filter(None, names):
        try:
            return data.decode(name)
        except (UnicodeError, LookupError):
            continue  # the next likelier encoding
    return _decode_by_guess(data)


def _declared_charset(data: bytes, media_type: str) -> str:
    """As the media type or the head of an HTML page or XML declares it, by Python's name; empty for none.

    A name that nobody knows, or that does not name an encoding of text, declares nothing. Latin-1 means Windows-1252
    in practice, as https://encoding.spec.whatwg.org/#names-and-labels says.
    """
    if found := _PARAMETER_CHARSET.search(media_type):
        name = found[1]
    elif meta := _XML_CHARSET.match(data) or _META_CHARSET.search(data[:4096]):
        name = meta[1].decode("ascii", "ignore")
    else:
        return ""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):  # ValueError: the letters of a name that is none
        return ""
    if not getattr(codec, "_is_text_encoding", True) or _NEVER.fullmatch(codec.name):
        return ""
    return "cp1252" if codec.name in {"iso8859-1", "ascii"} else codec.name


def _decode_by_guess(data: bytes) -> str:
    import charset_normalizer

    if len(data) >= _MIN_GUESS_BYTES:
        matches = charset_normalizer.from_bytes(data[:_GUESS_BYTES])
        if best := matches.best():
            # Several single-byte encodings can fit equally well; then the commonest of them is meant.
            equal = [match for match in matches if (match.chaos, match.coherence) == (best.chaos, best.coherence)]
            names = {name for match in equal for name in match.could_be_from_charset}
            return data.decode("cp1252" if "cp1252" in names else best.encoding, "replace")
    return data.decode("cp1252", "replace")
