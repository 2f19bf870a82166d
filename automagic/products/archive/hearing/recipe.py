"""Find out what is said in recordings, the newest first: from their captions, else by hearing them.

captions of the station? ─▶ held against the sound, where it is here ─▶ they are its own ─▶ taken
                                                                         └─ they are not ─┐
sound ─▶ heard before, under whatever name? ─▶ known                                      │
            └─ no ─▶ heard as clips are heard, some minutes at a time ◀───────────────────┘
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import AutomagicError, BudgetError, ConfigurationError, MediaError, ResourceError
from automagic.language.names.writing import mend_transcript
from automagic.machine.leaving import in_thread
from automagic.products.archive.hearing.captions import COVERED_SHARE, StationCaptions, covered_share, match_captions
from automagic.products.archive.hearing.indexing import index_transcript
from automagic.products.archive.hearing.request import HearRequest
from automagic.products.archive.hearing.result import From, HearResult
from automagic.products.archive.hearing.steps import RecordingSound, listen
from automagic.providers.local.whisper.engine import was_quick
from automagic.stages.archive.failures import tell_failure
from automagic.stages.transcription import hear_words
from automagic.store.holdings import NO_SOUND, STILL_TO_HEAR, UNHEARD, ArchiveItem, HeardItem, Holdings
from automagic.store.letting_go import let_go
from automagic.store.sources import Sources
from automagic.store.transcripts import TranscriptStore
from automagic.values.artifact import Artifact
from automagic.values.events import Notice
from automagic.values.transcript import Transcript

if TYPE_CHECKING:
    from automagic.runs.run import Run
    from automagic.services import Services

_NOBODY = Transcript((), "", "nobody")


async def hear(request: HearRequest, run: Run[Services]) -> HearResult:
    """Hear what nobody has heard yet; a recording that cannot be heard is named, and the rest goes on.

    Raises:
        RequestError: There is no source of this name, or none at all.
    """
    engine = run.services.store.engine
    sources = Sources(engine)
    named = [await in_thread(sources.find, request.name)] if request.name else await in_thread(sources.every)
    holdings = Holdings(engine)
    waiting = await in_thread(holdings.to_hear, request.name)
    stations = {source.name: StationCaptions(source, run) for source in named}
    hearing = _Hearing(request, run, holdings, TranscriptStore(run.services.settings.home), stations)
    for place, item in enumerate(waiting, 1):
        if not await hearing.take(item) or hearing.ways.total() + len(hearing.failures) == request.limit:
            hearing.skipped += len(waiting) - place
            break
    return HearResult(
        run.id,
        hearing.ways,
        hearing.skipped,
        hearing.passages,
        hearing.heard_s,
        hearing.failures,
        tuple(hearing.findings),
        steps=tuple(run.records),
        cost_usd=run.cost_usd,
    )


@dataclass
class _Hearing:
    """The recordings of one request."""

    request: HearRequest
    run: Run[Services]
    holdings: Holdings
    transcripts: TranscriptStore
    stations: Mapping[str, StationCaptions]
    ways: Counter[From] = field(default_factory=Counter)
    skipped: int = 0
    passages: int = 0
    heard_s: float = 0.0
    failures: dict[str, AutomagicError] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    async def take(self, item_id: str) -> bool:
        """One recording; False where no other will do better."""
        item = await in_thread(self.holdings.find, item_id)
        name = f"{item.listed.title or item.remote_id} ({item.id})"
        try:
            await self._hear(item, name)
        except AutomagicError as error:
            self.failures[name] = error
            self.run.emit(Notice(f"{tell_failure(name, error)}."))
            return not isinstance(error, ResourceError | BudgetError | ConfigurationError)
        return True

    async def _hear(self, item: ArchiveItem, name: str) -> None:
        captions, troubles = await self.stations[item.source].read(item.listed)
        for trouble in troubles:
            self._tell(f"The captions of {name} cannot be used: {trouble}")
        if item.media_state != "there":
            if captions is None:
                self.skipped += 1
                return
            await self._note(item, UNHEARD, captions, captions, "captions")
            return
        sound = await self._listen(item, name)
        await self._say(item, name, sound, captions)
        if sound.sound is not None:  # 115 MB an hour, and what was said is known now
            run = self.run
            work = run.services.settings.home / "work"
            await in_thread(let_go, run.store, work, sound.sound, run_id=run.id, step=listen.name)

    async def _say(self, item: ArchiveItem, name: str, sound: RecordingSound, captions: Transcript | None) -> None:
        if sound.damaged:
            self._tell(f"Parts of the sound of {name} cannot be decoded: nobody knows what is said there.")
        if captions is not None and sound.sound is not None:
            captions = await self._match(captions, sound, name)
        if sound.sound is None:
            self._tell(f"{name} has no sound.")
            await self._note(item, NO_SOUND, captions or _NOBODY, captions, "captions" if captions else "no sound")
        elif captions is not None:
            await self._note(item, sound.sound.sha256, captions, captions, "captions")
        else:
            await self._hear_sound(item, sound, sound.sound)

    async def _listen(self, item: ArchiveItem, name: str) -> RecordingSound:
        path = Path(item.media_path)
        size_bytes = await in_thread(lambda: path.stat().st_size if path.is_file() else None)
        if size_bytes != item.media_bytes:
            gone = size_bytes is None
            raise MediaError(
                f"the file of {name} is {'not there any more' if gone else 'another one now'}: {path}",
                hint=f"Look at its source again: automagic archive sync {item.source}",
            )
        recording = Artifact(item.media_sha256, "video/mp4", item.media_bytes)
        self.run.services.recordings[recording.sha256] = path
        return await self.run.about(name).step(listen, recording)

    async def _match(self, captions: Transcript, sound: RecordingSound, name: str) -> Transcript | None:
        fitting, why = await in_thread(match_captions, captions, sound)
        if fitting is None:
            self._tell(f"{captions.transcriber} is not the captions of {name}: {why}.")
        elif why:
            self._tell(f"{captions.transcriber} of {name}: {why}.")
        share = await in_thread(covered_share, fitting, sound) if fitting is not None else 1.0
        if share < COVERED_SHARE:
            self._tell(f"{captions.transcriber} has words for only {share:.0%} of the time in which {name} sounds.")
        return fitting

    async def _hear_sound(self, item: ArchiveItem, sound: RecordingSound, wav: Artifact) -> None:
        known = await in_thread(self.holdings.transcript_of_sound, wav.sha256)
        said = await in_thread(self.transcripts.read, known) if known else None
        # captions that were cut off beside one recording are not all that is said in another
        if said and (said.times == "recognised" or await in_thread(covered_share, said, sound) >= COVERED_SHARE):
            await self._note(item, wav.sha256, said, None, "known")
            return
        if self.request.captions_only or (self.request.quick and item.transcript):
            self.skipped += 1
            return
        heard = await hear_words(
            wav,
            sound.silences,
            sound.duration_s,
            asked=self.request.transcriber,
            language=self.request.language or "",
            about=self.run.about(item.listed.title or item.id),
            quick=self.request.quick,
        )
        heard = mend_transcript(heard, self.run.services.names)
        self.heard_s += sound.duration_s
        if was_quick(heard):
            await self._note(item, STILL_TO_HEAR, heard, None, "quick")
        else:
            await self._note(item, wav.sha256, heard, None, "heard" if heard.words else "silent")

    async def _note(
        self, item: ArchiveItem, sound_sha256: str, said: Transcript, captions: Transcript | None, way: From
    ) -> None:
        def note() -> int:
            digest = self.transcripts.keep(said)
            own = self.transcripts.keep(captions) if captions is not None else ""
            passages = index_transcript(said)
            self.holdings.note_heard(item.id, HeardItem(sound_sha256, digest, own, passages))
            return len(passages)

        self.passages += await in_thread(note)
        self.ways[way] += 1

    def _tell(self, finding: str) -> None:
        self.findings.append(finding)
        self.run.emit(Notice(finding))
