"""Text from another program: `other | automagic video -`."""

from __future__ import annotations

from typing import BinaryIO

from automagic.errors import RequestError
from automagic.sources.text import MAX_BYTES, read_document, too_large
from automagic.values.document import Document

LOCATION = "standard input"
_CHUNK_BYTES = 65536


def read_standard_input(stream: BinaryIO) -> Document:
    """The readable text of `stream`, read to its end but never much beyond the size limit.

    Raises:
        RequestError: Closed, too large, or not a text with prose in it.
    """
    data = bytearray()
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            data += chunk
            if len(data) > MAX_BYTES:
                raise too_large(LOCATION, MAX_BYTES)
    except (OSError, ValueError) as error:  # ValueError: the stream is closed
        raise RequestError("Standard input could not be read.", hint="Give a file name instead of -.") from error
    return read_document(bytes(data), location=LOCATION)
