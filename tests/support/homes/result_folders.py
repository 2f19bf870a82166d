"""Result folders as the pipeline delivers them, around videos of any bytes, and what destinations need."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from automagic.destinations.shared.publication import DestinationAccess
from automagic.gate.http import Http
from automagic.media.design.platforms import group_platforms
from automagic.products.video.files import Story, deliver
from automagic.products.video.narration import NarratedLine
from automagic.products.video.speech_steps import SpokenLine
from automagic.products.video.storyboard import ScriptLine
from automagic.products.video.timeline import TimedLine
from automagic.settings import Settings
from automagic.stages.result_folder import FinishedFile
from automagic.store.artifacts import ArtifactStore
from automagic.values.artifact import Artifact
from automagic.values.credit import Credit
from automagic.values.report import Measure, QualityReport
from automagic.values.script import Scene, Script
from automagic.values.words import Alignment, SpokenSentence, SpokenToken, Word

TEXT = "Honey found in ancient tombs was still edible."


def make_result(
    folder: Path,
    store: ArtifactStore,
    *,
    platforms: Sequence[str] = ("shorts",),
    title: str = "Honey keeps",
    video: bytes = b"a film",
    passed: bool = True,
    failed: Sequence[str] = (),
) -> Path:
    """Deliver a video of these bytes into `folder`; returns where it lies, or where those lie that did not fail."""
    words = tuple(Word(word, index * 0.4, index * 0.4 + 0.3) for index, word in enumerate(TEXT.split()))
    sentence = SpokenSentence(TEXT, TEXT, tuple(SpokenToken(word, (word.lower(),)) for word in TEXT.split()))
    told = NarratedLine(
        ScriptLine("1f2e3d4c", sentence, last_in_scene=True),
        SpokenLine(Artifact("0" * 64, "audio/wav", 1), 3.2),
        Alignment(words, "forced"),
        TimedLine(100, 0.0, words),
    )
    story = Story(
        Script(title, (Scene("1f2e3d4c", TEXT),)),
        (told,),
        ((0.0, "Honey"),),
        (Credit("voice", "espeak", "generated on this machine", "GPL-3.0-or-later", generated=True),),
        ("honey",),
    )
    reports = {
        verdict: QualityReport((Measure("loudness_lufs", -14.0, "-14 ± 0.5", "pass" if verdict else "fail"),))
        for verdict in (True, False)
    }
    deliveries, thumbnails = [], {}
    for number, group in enumerate(group_platforms(platforms)):
        source = store.folder / f"video-{number}"
        source.write_bytes(video + group.name.encode())
        report = reports[passed and not set(group.names) & set(failed)]
        deliveries.append(FinishedFile(group, store.add(source, "video/mp4"), 3.2, report))
        thumbnails[group.name] = store.folder / f"thumbnail-{number}.jpg"
        thumbnails[group.name].write_bytes(b"\xff\xd8\xff\xe0 picture")
    places = deliver(folder, story, deliveries, thumbnails=thumbnails, store=store)
    return places.folder


def having(access: DestinationAccess, **values: Any) -> DestinationAccess:
    """The same with other settings, by their names in `.env`."""
    settings = access.settings
    return replace(access, settings=replace(settings, of_plugins={**settings.of_plugins, **values}))


@asynccontextmanager
async def open_access(home: Path, engine: sa.Engine, **values: Any) -> AsyncIterator[DestinationAccess]:
    """What destinations may use, with a session of its own; `values` of their settings, by the names in `.env`."""
    http = Http(pool=4, connect_s=5, read_s=5, total_s=20, user_agent="AutoMagic-tests")
    try:
        yield DestinationAccess(http, engine, Settings(automagic_home=home, of_plugins=values))
    finally:
        await http.close()
