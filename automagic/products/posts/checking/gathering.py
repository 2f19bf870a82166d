"""What a job of checking takes along: the texts, read once, so that what cannot be checked is said now."""

from __future__ import annotations

from automagic.products.posts.checking.request import CheckPostsRequest
from automagic.products.posts.checking.texts import STANDARD_INPUT, read_standard_input, read_texts, split_texts
from automagic.reading.named_files import expand_home
from automagic.stages.request_files import pack_file
from automagic.values.product import Gathered


def gather(request: CheckPostsRequest, gathered: Gathered) -> None:
    """Read the texts and add them.

    Raises:
        RequestError: They are broken, or there are none.
    """
    if request.source == "-":
        data = read_standard_input()
        split_texts(data, STANDARD_INPUT)
        gathered.files[f"texts/{STANDARD_INPUT}"] = data
        gathered.changes["source"] = f"texts/{STANDARD_INPUT}"
    else:
        read_texts(request.source)
        gathered.changes["source"] = pack_file("texts", expand_home(request.source), gathered.files)
