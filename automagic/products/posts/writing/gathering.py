"""What a job of writing posts takes along: the text that it is written from, which is copied as any file is."""

from __future__ import annotations

from pathlib import Path

from automagic.errors import RequestError
from automagic.products.posts.writing.request import WritePostsRequest
from automagic.sources.file import read_file
from automagic.values.product import Gathered


def gather(request: WritePostsRequest, gathered: Gathered) -> None:
    """Read what the request names, so that what cannot be read is said now.

    Raises:
        RequestError: There is no such text.
    """
    if request.run and "/" in request.run:
        gathered.changes["run"] = str(Path(request.run).absolute())  # a worker stands elsewhere
    if request.source == "-":
        raise RequestError("a job cannot read standard input", hint="Put the text into a file.")
    if request.source and "://" not in request.source:
        read_file(Path(request.source))
