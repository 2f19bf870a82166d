"""What is read from a pipe, to its end or to where it is too much."""

from __future__ import annotations

import io

import pytest

from automagic.errors import RequestError
from automagic.sources.standard_input import read_standard_input
from automagic.sources.text import MAX_BYTES


def test_standard_input_is_read_to_its_end() -> None:
    document = read_standard_input(io.BytesIO(b"# A title\n\nWords stand here."))
    assert (document.location, document.title) == ("standard input", "A title")


class Endless(io.RawIOBase):
    """Gives the letter a for ever, and counts."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        self.given += size
        return b"a" * size


def test_endless_standard_input_is_cut_off() -> None:
    stream = Endless()
    with pytest.raises(RequestError, match="larger than 10 MB"):
        read_standard_input(stream)  # type: ignore[arg-type]  # it has the only method that is needed
    assert stream.given < 2 * MAX_BYTES


def test_closed_standard_input_is_told() -> None:
    stream = io.BytesIO(b"x")
    stream.close()
    with pytest.raises(RequestError, match="could not be read"):
        read_standard_input(stream)
