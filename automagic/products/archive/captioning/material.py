"""What captions are written from, or checked: a file's own, or words that were heard.

FILE ─┬─ has captions ─────────────▶ as they are shown, line by line
      └─ has words with times ─┐
ID ──── its transcript ────────┴───▶ cut into captions: 42 columns, 2 lines, 1 to 7 s, sentence by sentence
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from automagic.errors import RequestError
from automagic.language.text.identify import identify_language
from automagic.language.text.sentences import primary_tag
from automagic.language.transcript.caption_words import CheckedCue
from automagic.language.transcript.passages import split_sentences
from automagic.machine.leaving import in_thread
from automagic.products.archive.captioning.request import names_item
from automagic.products.archive.captioning.served import ServedCaptions
from automagic.reading.named_files import expand_home
from automagic.runs.run import Run
from automagic.services import Services
from automagic.sources.transcripts.file import read_captions, read_transcript
from automagic.stages.captions import sidecar_cues
from automagic.store.holdings import ArchiveItem, Holdings
from automagic.store.sources import Sources
from automagic.store.transcripts import TranscriptStore
from automagic.values.transcript import Sentence, Transcript
from automagic.values.words import Word


@dataclass(frozen=True, slots=True)
class CaptionMaterial:
    """Captions.

    Attributes:
        name: Of what they are, for people.
        stem: Of a file that they are written to.
        cues: By time.
        language: BCP-47 tag; "" when unknown.
        notices: What a person must know of them.
    """

    name: str
    stem: str
    cues: tuple[CheckedCue, ...]
    language: str
    notices: tuple[str, ...] = ()


async def open_material(source: str, run: Run[Services], *, theirs: bool = False) -> CaptionMaterial:
    """The captions of a file, or of a recording.

    Args:
        theirs: Of a recording, those that its station serves; else they are made of what was heard.

    Raises:
        RequestError: There is no such file or recording, or it has none.
    """
    if not names_item(source):
        return await in_thread(_of_file, expand_home(source))
    item = await find_item(source, run.services)
    if not theirs:
        return _of_words(await in_thread(item_words, item, run.services), item.listed.title, item.id)
    of = await in_thread(Sources(run.services.store.engine).find, item.source)
    served = await ServedCaptions(of, item.listed, run.services).read()
    if not served:
        raise RequestError(
            f"{item.listed.title} ({item.id}) has no captions at {item.source}",
            hint="Name a file of captions, or write ours: automagic archive captions ID.",
        )
    language = identify_language(" ".join(cue.text for cue in served))
    return CaptionMaterial(item.listed.title, item.id, served, language)


async def find_item(item: str, services: Services) -> ArchiveItem:
    """The recording of an id.

    Raises:
        RequestError: There is none.
    """
    return await in_thread(Holdings(services.store.engine).find, item)


def item_words(item: ArchiveItem, services: Services) -> Transcript:
    """What was heard in a recording.

    Raises:
        RequestError: Nobody knows yet what is said in it.
        ResourceError: It is not here any more.
    """
    if not item.transcript:
        raise RequestError(
            f"nobody has listened to {item.listed.title} ({item.id}) yet",
            hint=f"automagic archive hear {item.source}",
        )
    return TranscriptStore(services.settings.home).read(item.transcript)


def _of_file(path: Path) -> CaptionMaterial:
    shown = read_captions(path)
    if shown is None:
        return _of_words(read_transcript(path), path.name, path.stem)
    language = shown.language or identify_language(" ".join(cue.text for cue in shown.cues))
    return CaptionMaterial(path.name, path.stem, shown.cues, language, shown.notices)


def _of_words(transcript: Transcript, name: str, stem: str) -> CaptionMaterial:
    sentences = [tuple(_marked(transcript, sentence)) for sentence in split_sentences(transcript)]
    cues = sidecar_cues(sentences, primary_tag(transcript.language) or "en")
    shown = tuple(CheckedCue(cue.start_s, cue.end_s, cue.text) for cue in cues)
    return CaptionMaterial(name, stem, shown, transcript.language, transcript.notices)


def _marked(transcript: Transcript, sentence: Sentence) -> Iterator[Word]:
    """The words of a sentence; before the first, who begins to speak, as captions mark it."""
    speakers = transcript.speakers
    for index in range(sentence.first, sentence.end):
        word = transcript.words[index]
        before = speakers[index - 1] if speakers and index else ""
        if speakers and speakers[index] != before:
            name = f"{speakers[index].upper()}: " if speakers[index] else ""
            word = replace(word, text=f">> {name}{word.text}")
        yield word
