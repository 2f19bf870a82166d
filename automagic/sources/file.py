"""A text file on this machine, as a person names it."""

from __future__ import annotations

from pathlib import Path

from automagic.reading.named_files import file_name, read_named
from automagic.sources.encoding import decode_text
from automagic.values.document import Document

MAX_TEXT_BYTES = 1_000_000
_HINT = "Give a text file of only the part that is to be narrated; to read from another program, use - and a pipe."


def read_file(path: Path) -> Document:
    """The readable text of a Markdown, plain text or HTML file.

    Raises:
        RequestError: Missing, not a regular file, not readable, too large, or not a text with prose in it.
    """
    from automagic.sources.text import MAX_BYTES, read_document  # 30 ms, which a script does not need

    return read_document(read_named(path, MAX_BYTES, hint=_HINT), location=file_name(path))


def read_text(path: Path) -> str:
    """The characters of a text file as they stand, with "\\n" line breaks. For files with a form of their own: scripts.

    Raises:
        RequestError: As `read_file`, but not for the content of the text.
    """
    return decode_text(read_named(path, MAX_TEXT_BYTES, hint="Give a text file."), location=file_name(path))
