"""A transcript as the index of the archive wants it: passages, their words folded, when each word is said."""

from __future__ import annotations

from automagic.database.search_query import fold
from automagic.language.transcript.search_passages import SearchPassage, cut_passages
from automagic.store.holdings import IndexedPassage
from automagic.values.transcript import Transcript


def index_transcript(transcript: Transcript) -> tuple[IndexedPassage, ...]:
    """All of it, in order; passages without a word that can be searched are left out."""
    found = (_index(passage, transcript) for passage in cut_passages(transcript))
    return tuple(one for one in found if one.folded)


def _index(passage: SearchPassage, transcript: Transcript) -> IndexedPassage:
    folded: list[str] = []
    tenths: list[int] = []
    for word in transcript.words[passage.first : passage.end]:
        pieces = fold(word.text)  # "twenty-four" is two words to the index, said one after the other
        lasts_s = (word.end_s - word.start_s) / max(1, len(pieces))
        for place, piece in enumerate(pieces):
            folded.append(piece)
            tenths.append(round((word.start_s + place * lasts_s - passage.start_s) * 10))
    return IndexedPassage(
        passage.start_s, passage.end_s, passage.text, " ".join(folded), tuple(tenths), passage.speaker
    )
