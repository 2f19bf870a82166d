"""The texts of captions that are served in pieces of ten seconds, as HLS players read them.

captions.en.m3u8 ─▶ captions.en.00000.vtt, 00001 …    times are absolute, and a cue at a seam stands in both
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from automagic.sources.stations.shared.playlists import MediaPlaylist, read_playlist

Spans = Sequence[tuple[float, float]]


async def read_pieces(
    url: str, fetch: Callable[[str], Awaitable[str]], within: Spans | None = None
) -> AsyncIterator[str]:
    """The pieces of a playlist, one after the other; none of an empty answer.

    Args:
        fetch: Gives the text at an address; "" where there is none.
        within: Only those that are shown in one of these (seconds); what lies elsewhere is not fetched.

    Raises:
        PlaylistError: It is no playlist of captions.
    """
    text = await fetch(url)
    listed = read_playlist(text, url) if text.strip() else None
    if not isinstance(listed, MediaPlaylist):
        return
    at_s = 0.0
    for piece in listed.pieces:
        begin_s, at_s = at_s, at_s + piece.length_s
        if within is None or any(begin_s < end and at_s > start for start, end in within):
            yield await fetch(piece.data.url)
