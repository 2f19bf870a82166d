"""How recordings of the archive are named where clips are asked for."""

from __future__ import annotations

import pytest

from automagic import ClipsRequest
from automagic.errors import RequestError
from automagic.products.clips.archived.place import ArchivePlace, is_archive_place, parse_place


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("archive:", ArchivePlace("")),
        ("archive:council", ArchivePlace("council")),
        ("archive:3f0c9a1b2c4d", ArchivePlace("3f0c9a1b2c4d")),
        ("archive:3f0c9a1b2c4d@7", ArchivePlace("3f0c9a1b2c4d", 7.0)),
        ("archive:3f0c9a1b2c4d@2:03.5", ArchivePlace("3f0c9a1b2c4d", 123.5)),
        ("archive:3f0c9a1b2c4d@1:02:03.4", ArchivePlace("3f0c9a1b2c4d", 3723.4)),
    ],
)
def test_places_are_read(given, place):
    assert is_archive_place(given)
    assert parse_place(given) == place


@pytest.mark.parametrize(
    "given",
    ["archive:Council", "archive:../x", "archive:@7", "archive:a@", "archive:a@x", "archive:a@1:2:3:4", "archive:a b"],
)
def test_what_is_no_place_is_refused(given):
    with pytest.raises(RequestError, match="not a valid place"):
        parse_place(given)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"recording": "archive:"}, "too many moments"),
        ({"recording": "archive:Council", "query": "x"}, "not a valid place"),
        ({"recording": "a.mp4", "more": ("archive:",)}, "too many moments"),
        ({"recording": "archive:council", "query": "x", "transcript": "a.srt"}, "needs no transcript"),
        ({"recording": "a.mp4", "fetch": True}, "recordings of the archive"),
    ],
)
def test_what_does_not_go_together_is_refused(wish, told):
    with pytest.raises(RequestError, match=told):
        ClipsRequest(**wish)
