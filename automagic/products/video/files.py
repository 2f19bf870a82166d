"""What lies in a result's folder: the videos, captions, thumbnail, metadata, credits and measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from automagic.language.names.writing import find_cut, spell
from automagic.language.script.metadata import describe, takes_chapters
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.sentences import split_sentences
from automagic.media.captions.cues import write_transcript
from automagic.media.design.platforms import FPS
from automagic.products.video.narration import NarratedLine, start_frames
from automagic.products.video.storyboard import Storyboard, shown_sentence
from automagic.products.video.timeline import shift_words
from automagic.stages.captions import write_captions
from automagic.stages.result_folder import MANIFEST, FinishedFile, as_json, publish, write_reports
from automagic.store.artifacts import ArtifactStore
from automagic.values.credit import Credit
from automagic.values.script import Script
from automagic.values.words import Word
from automagic.version import GENERATOR


@dataclass(frozen=True, slots=True)
class Story:
    """What all geometries of one video share.

    Attributes:
        told: Every line, spoken and timed.
        chapters: (start in seconds, title) of each scene.
        tags: What the video is searched for by.
        credits: Every part with its origin and licence.
        kept: Names that are not cut, nor broken over lines.
    """

    script: Script
    told: tuple[NarratedLine, ...]
    chapters: tuple[tuple[float, str], ...]
    credits: tuple[Credit, ...]
    tags: tuple[str, ...]
    kept: tuple[str, ...] = ()


def sentences_on_timeline(told: tuple[NarratedLine, ...]) -> tuple[tuple[Word, ...], ...]:
    """The words of each line, on the whole video's timeline."""
    starts = start_frames(told)
    return tuple(shift_words(line.timed.words, start / FPS) for line, start in zip(told, starts, strict=False))


def list_chapters(
    board: Storyboard,
    trees: Mapping[str, ParsedSentence],
    told: tuple[NarratedLine, ...],
    platforms: Sequence[str],
    language: str,
) -> tuple[tuple[float, str], ...]:
    """Where each scene begins, in seconds, and what its first card says in short; none where nobody shows them."""
    if not takes_chapters(platforms):
        return ()
    from automagic.language.script.chapter import chapter_title

    starts = start_frames(told)
    chapters: dict[str, tuple[float, str]] = {}
    for shot in board.shots:
        if shot.scene not in chapters:
            sentence = next(iter(split_sentences(shot.told, language)), shot.told)
            start = starts[shot.spans[0].line] / FPS
            tree = trees.get(shown_sentence(board.lines[shot.spans[0].line]))
            title = chapter_title(sentence, language, tree)
            title = sentence.rstrip(".") if find_cut((title,), sentence, board.names.kept) else title
            chapters[shot.scene] = (start, spell(title, board.names))
    return tuple(chapters.values())


@dataclass(frozen=True, slots=True)
class Places:
    """Where a result lies.

    Attributes:
        folder: What passed; where nothing did, all of it, its name ending in `.rejected`.
        outputs: The video of each platform in it.
        aside: What did not pass while other videos did; None when there is no such.
        aside_outputs: The video of each platform in that.
    """

    folder: Path
    outputs: dict[str, Path]
    aside: Path | None = None
    aside_outputs: dict[str, Path] = field(default_factory=dict)


def deliver(
    folder: Path,
    story: Story,
    deliveries: Sequence[FinishedFile],
    *,
    thumbnails: dict[str, Path],
    store: ArtifactStore,
) -> Places:
    """Put the videos that passed into a folder, and those of which a measure failed beside it as `<name>.rejected`."""
    several = len(deliveries) > 1

    def place(at: Path, chosen: Sequence[FinishedFile]) -> dict[str, Path]:
        names = {one.group.name: f"video-{one.group.name}.mp4" if several else "video.mp4" for one in chosen}
        files: dict[str, Path | bytes] = {names[one.group.name]: store.path_of(one.video) for one in chosen}
        for one in chosen:
            picture = f"thumbnail-{one.group.name}.jpg" if several else "thumbnail.jpg"
            files[picture] = thumbnails[one.group.name]
        publish(at, files | _papers(story, chosen, beside=tuple(files)))
        return {platform: at / names[one.group.name] for one in chosen for platform in one.group.names}

    aside = folder.with_name(f"{folder.name}.rejected")
    passed = [one for one in deliveries if one.passed]
    failed = [one for one in deliveries if not one.passed]
    if not passed or not failed:
        at = folder if passed else aside
        return Places(at, place(at, deliveries))
    return Places(folder, place(folder, passed), aside, place(aside, failed))


def _papers(story: Story, deliveries: Sequence[FinishedFile], *, beside: tuple[str, ...]) -> dict[str, Path | bytes]:
    """Captions, transcript, metadata, credits and measurements of these videos, by file name.

    Args:
        beside: The other files of the folder.
    """
    script, told = story.script, story.told
    sentences = sentences_on_timeline(told)
    duration_s = start_frames(told)[-1] / FPS
    platforms = [name for delivery in deliveries for name in delivery.group.names]
    files: dict[str, Path | bytes] = {
        **write_captions(sentences, script.language, story.kept),
        "words.json": as_json([msgspec.to_builtins(word) for words in sentences for word in words]),
        "transcript.txt": write_transcript(script.title, [scene.text for scene in script.scenes]).encode(),
        **write_reports(deliveries, story.credits),
    }
    files[MANIFEST] = as_json(
        {
            "generator": GENERATOR,
            **describe(script, story.credits, story.chapters, platforms, duration_s, story.kept, story.tags),
            "language": script.language,
            "duration_s": round(duration_s, 3),
            "writer": script.writer,
            "notices": list(script.notices),
            "word_timing": sorted({line.alignment.method for line in told}),
            "sentences": _origins(script),
            "files": sorted([*beside, *files, MANIFEST]),
        }
    )
    return files


def _origins(script: Script) -> list[dict[str, Any]]:
    """Which sentence came from where."""
    return [
        {"scene": scene.id, "text": scene.text, "origins": [msgspec.to_builtins(origin) for origin in scene.origins]}
        for scene in script.scenes
    ]
