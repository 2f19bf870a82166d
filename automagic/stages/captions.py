"""The captions of a video or a clip: on its picture, and in the files beside it.

The names of a person's list that stay whole are never broken over two lines or two cues.
"""

from __future__ import annotations

from collections.abc import Sequence

from automagic.language.names.writing import as_names, join_words
from automagic.language.text.phrases import phrase_breaks
from automagic.media.captions.cues import make_cues, make_sidecar_cues, write_srt, write_vtt
from automagic.media.captions.words import LineRoom, show_words
from automagic.values.cues import Cue
from automagic.values.words import Word

SMALLEST_NAME = 0.5
"""Of the style's size: a name that would have to be smaller to stand on one line is broken between its words."""


def picture_cues(words: Sequence[Word], room: LineRoom, language: str) -> tuple[Cue, ...]:
    """Words as the cues that are drawn on the picture.

    The words of a name in `room.kept` are one, which is coloured as one while it is spoken; it is drawn smaller where
    a line has no room for it.
    """
    kept = tuple(name for name in room.kept if room.measure(name) * SMALLEST_NAME <= room.columns)
    joined, breaks = join_words(words, phrase_breaks([word.text for word in words], language), kept)
    names = as_names(kept)
    whole = frozenset(word.text for word in joined if names.find(word.text.split()))
    shown, breaks = show_words(joined, breaks, room, whole=whole)
    return make_cues(shown, breaks, max_chars_per_line=room.columns, measure=room.measure)


def sidecar_cues(sentences: Sequence[tuple[Word, ...]], language: str, kept: Sequence[str] = ()) -> tuple[Cue, ...]:
    """The cues of a subtitle file; no line ends inside one of the names `kept`."""
    joined = [join_words(words, phrase_breaks([word.text for word in words], language), kept) for words in sentences]
    return make_sidecar_cues([words for words, _ in joined], [breaks for _, breaks in joined])


def write_captions(sentences: Sequence[tuple[Word, ...]], language: str, kept: Sequence[str] = ()) -> dict[str, bytes]:
    """captions.srt and captions.vtt, of words on the whole video's timeline; `kept` are names that stay on one line."""
    cues = sidecar_cues(sentences, language, kept)
    return {"captions.srt": write_srt(cues).encode(), "captions.vtt": write_vtt(cues, language).encode()}
