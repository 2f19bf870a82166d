"""What posts are written from: a document, and the video or picture that goes with them.

--source FILE|URL ─▶ document, and a page's address as its link
--topic TEXT      ─▶ a text that comes with the program, else what a writer who knows of topics tells
--run RUN[:CLIP]  ─▶ what is said in it, its video or thumbnail, and alt text from its words
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from automagic.destinations.shared.publication import Publication
from automagic.destinations.shared.result_folder import read_results
from automagic.errors import RequestError
from automagic.language.text.identify import identify_language
from automagic.language.text.sentences import primary_tag, split_sentences
from automagic.machine.leaving import in_thread
from automagic.products.posts.writing.request import WritePostsRequest
from automagic.providers.shared.registry import parse_chain, providers
from automagic.reading.json import parse_json
from automagic.reading.named_files import read_named
from automagic.runs.run import Run
from automagic.services import Services
from automagic.sources.file import read_file
from automagic.stages.publishing import find_result
from automagic.stages.shipped_texts import find_shipped
from automagic.stages.writing import Brief, read_source, write
from automagic.values.document import Document
from automagic.values.events import Notice
from automagic.values.script import Script

TOLD_S = 90.0
"""How much is told of a topic, for posts to choose from."""

MOST_ALT = 1_000
"""Characters of an alt text: X takes no more."""

LONGEST_VIDEO_S = 140.0
"""What X takes; the thumbnail goes with the post instead of a longer video."""

_MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Medium:
    """A video or a picture that goes with each draft.

    Attributes:
        alt: What it shows or says, for who cannot see or hear it.
    """

    file: Path
    alt: str


@dataclass(frozen=True, slots=True)
class PostMaterial:
    """What posts are written from.

    Attributes:
        document: With its language.
        link: The address of a page; "" for none.
    """

    document: Document
    link: str = ""
    media: tuple[Medium, ...] = ()


async def read_material(request: WritePostsRequest, run: Run[Services]) -> PostMaterial:
    """Read what the request is about.

    Raises:
        RequestError: It cannot be read, has no words, or nobody can tell anything of the topic.
        VendorError: Who was to tell of the topic failed.
    """
    if request.run:
        material = await in_thread(_read_run, request.run, run)
    elif request.source:
        document = await read_source(request.source)
        material = PostMaterial(document, document.location if "://" in request.source else "")
    else:
        material = PostMaterial(await _read_topic(request, run))
    document = material.document
    if not any(c.isalnum() for text in document.paragraphs for c in text):
        raise RequestError(f"{document.location or 'the text'} has no words in it", hint="Give another text.")
    for notice in document.notices:
        run.emit(Notice(notice))
    if not document.language:
        found = await in_thread(identify_language, "\n".join(document.paragraphs))
        document = replace(document, language=found or "en")
    return replace(material, document=replace(document, language=primary_tag(document.language)))


async def _read_topic(request: WritePostsRequest, run: Run[Services]) -> Document:
    topic = (request.topic or "").strip()
    if path := find_shipped(topic):
        document = await in_thread(read_file, path)
        run.emit(Notice(f"This is written from a text that comes with AutoMagic: {document.title}."))
        return document
    names = parse_chain("writer", request.writer, said_by="--writer") if request.writer else ()
    asked = [name for name in names if "topic" in providers()[name].kinds["writer"].of]
    script = await write(Brief(topic=topic), asked=",".join(asked) or None, duration_s=TOLD_S, language="en", run=run)
    return _as_document(script)


def _as_document(script: Script) -> Document:
    location = script.sources[0].location if script.sources else script.writer
    texts = tuple(scene.text for scene in script.scenes)
    return Document(script.title, texts, location, script.language)


# --------------------------------------------------------------------------------------------------- finished runs


def _read_run(name: str, run: Run[Services]) -> PostMaterial:
    whole, _, clip = name.rpartition(":")
    if not whole or Path(name).is_dir():
        whole, clip = name, ""
    folder = find_result(run.services.store.engine, whole)
    found = read_results(folder, run_id=run.id, clips=[clip] if clip else ())
    if len(found) > 1:
        shown = ", ".join(f"{number} ({one.title})" for number, one in enumerate(found[:10], 1))
        raise RequestError(
            f"{folder.name} holds {len(found)} clips", hint=f"Say which: --run {name}:1. There are: {shown}."
        )
    (publication,) = found
    texts = tuple(_read_texts(publication))
    document = Document(publication.title, texts, publication.folder.name, publication.language)
    return PostMaterial(document, media=_choose_media(publication, texts))


def _read_texts(publication: Publication) -> Iterator[str]:
    """What is said in it: a paragraph a scene; all of a clip's words are one."""
    facts = _read_json(publication.folder, "metadata.json")
    try:
        if scenes := facts.get("sentences"):
            yield from (str(scene["text"]) for scene in scenes)
        elif "words.json" in publication.files:
            yield " ".join(str(word["text"]) for word in _read_json(publication.folder, "words.json"))
    except (KeyError, TypeError, AttributeError) as error:
        raise RequestError(
            f"{publication.folder} is not a result of AutoMagic: {error} is missing or wrong in its files",
            hint="Name a folder that `automagic` made.",
        ) from error


def _read_json(folder: Path, name: str) -> Any:
    return parse_json(read_named(folder / name, _MOST_BYTES), name=name)


def _choose_media(publication: Publication, texts: Sequence[str]) -> tuple[Medium, ...]:
    """The video, or its thumbnail where it is longer than posts take one."""
    platform, video = next(iter(publication.videos.items()))
    alt = _describe(publication.title, texts, publication.language)
    if publication.duration_s <= LONGEST_VIDEO_S or platform not in publication.thumbnails:
        return (Medium(video, alt),)
    return (Medium(publication.thumbnails[platform], alt),)


def _describe(title: str, texts: Sequence[str], language: str) -> str:
    """The title and what is said, as far as whole sentences of it are short enough."""
    told = title.strip().rstrip(".") + "." if title.strip() else ""
    for text in texts:
        for sentence in split_sentences(text, language):
            longer = f"{told} {sentence}".strip()
            if len(longer) > MOST_ALT:
                return told
            told = longer
    return told
