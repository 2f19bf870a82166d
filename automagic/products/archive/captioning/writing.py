"""Captions in the form of a file: the writers are those of `video` and `clips`, and our own for SCC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automagic.language.transcript.caption_words import CheckedCue
from automagic.media.captions.cues import write_srt, write_transcript, write_vtt
from automagic.media.captions.scc.fold import fold_cues
from automagic.media.captions.scc.labels import FRAME_RATE
from automagic.media.captions.scc.writer import SccFile, write_scc
from automagic.products.archive.captioning.material import CaptionMaterial
from automagic.products.archive.captioning.request import CaptionFormat
from automagic.values.cues import Cue
from automagic.values.words import Word

PARAGRAPH_S = 2.0
"""A pause that begins a new paragraph of a text."""
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class WrittenCaptions:
    """A file's text.

    Attributes:
        replaced: (second, sign, what stands for it) of what SCC's alphabet does not have.
        late: (second, by how many seconds) of captions for which SCC has no room in time.
        dropped: Seconds of captions that have nothing that SCC can show.
    """

    text: str
    cues: int
    replaced: tuple[tuple[float, str, str], ...] = ()
    late: tuple[tuple[float, float], ...] = ()
    dropped: tuple[float, ...] = ()

    @property
    def notices(self) -> Iterator[str]:
        """What a person must know of it, a sentence each."""
        if self.replaced:
            signs = dict.fromkeys(f"{sign} as {stands}" for _, sign, stands in self.replaced)
            named = ", ".join(list(signs)[:_MOST_NAMED]) + (" …" if len(signs) > _MOST_NAMED else "")
            yield f"Signs that CEA-608 does not have were written otherwise: {named}."
        if self.late:
            worst = max(by for _, by in self.late)
            yield f"{_count(len(self.late))} later than asked, by {worst:.2f} s at most: SCC sends 60 signs a second."
        if self.dropped:
            yield f"{len(self.dropped):,} of the captions are left out: CEA-608 can show nothing of them."


def write_material(material: CaptionMaterial, kind: CaptionFormat) -> WrittenCaptions:
    """The text of a file of captions.

    Captions that end before they begin are shown for no time in any format; they are written as they are.
    """
    cues = [cue for cue in material.cues if cue.text.strip()]
    if kind == "scc":
        return _write_scc(cues)
    if kind == "txt":
        return WrittenCaptions(write_transcript(material.name, list(_paragraphs(cues))), len(cues))
    shown = [_as_cue(cue) for cue in cues]
    return WrittenCaptions(write_srt(shown) if kind == "srt" else write_vtt(shown, material.language), len(cues))


def _write_scc(cues: Sequence[CheckedCue]) -> WrittenCaptions:
    ordered = sorted(cues, key=lambda cue: cue.start_s)
    folded = fold_cues([(cue.start_s, max(cue.start_s, cue.end_s), cue.text) for cue in ordered])
    scc: SccFile = write_scc(folded)
    starts = [cue.start_s for cue in folded]
    return WrittenCaptions(
        scc.text,
        len(folded) - len(scc.dropped),
        tuple((starts[cue], sign, stands) for cue, sign, stands in scc.replaced),
        tuple((starts[cue], float(frames / FRAME_RATE)) for cue, frames in scc.late.items()),
        tuple(starts[cue] for cue in scc.dropped),
    )


def _as_cue(cue: CheckedCue) -> Cue:
    lines = [tuple(Word(word, cue.start_s, cue.end_s) for word in line.split()) for line in cue.text.splitlines()]
    return Cue(tuple(line for line in lines if line), cue.start_s, cue.end_s)


def _paragraphs(cues: Sequence[CheckedCue]) -> Iterator[str]:
    told: list[str] = []
    end_s = 0.0
    for cue in cues:
        if told and (cue.start_s - end_s >= PARAGRAPH_S or cue.text.startswith(">>")):
            yield " ".join(told)
            told = []
        told.append(cue.text)
        end_s = cue.end_s
    if told:
        yield " ".join(told)


def _count(number: int) -> str:
    return "1 caption comes" if number == 1 else f"{number:,} captions come"
