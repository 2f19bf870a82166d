"""The steps that ask somebody for material: a script, a picture.

Each names who makes it, and the model, in its key. What was bought is kept by the call gate as well: a step that was
killed after its purchase does not buy again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.language.text.sentences import primary_tag
from automagic.providers.shared.pictures import PictureOffer, PictureQuery
from automagic.providers.shared.registry import asks_server, is_paid, write_here
from automagic.providers.shared.vendors import Maker
from automagic.runs.steps import Quote, step
from automagic.services import Services
from automagic.stages.context import Context
from automagic.values.artifact import Artifact
from automagic.values.credit import Credit
from automagic.values.document import Document
from automagic.values.frame import Frame
from automagic.values.script import Script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from automagic.language.syntax.tree import ParsedSentence
    from automagic.providers.shared.script_draft import WriterBrief


def _writes_here(maker: Maker) -> bool:
    return not asks_server(maker.name)


def _brief(
    document: Document | None, topic: str, duration_s: float, language: str, take: int = 1, kind: str = ""
) -> WriterBrief:
    from automagic.providers.shared.script_draft import WriterBrief

    return WriterBrief(duration_s, language, topic, document, take, kind=kind)


def _price_script(  # noqa: PLR0913 - the arguments of the step
    services: Services,
    maker: Maker,
    document: Document | None,
    topic: str,
    duration_s: float,
    language: str,
    kind: str,
    names: tuple[str, ...],
) -> Quote | None:
    if not is_paid(maker.name):
        return None
    vendors = services.vendors
    brief = replace(_brief(document, topic, duration_s, language, vendors.take, kind), names=names)
    return vendors.quote(vendors.writer(maker.name).first_call(brief), write_script.name)


def _forecast_script(
    maker: Maker, document: Document | None, topic: str, duration_s: float, language: str, kind: str
) -> Script:
    """About as long as the real one will be: written by an embedded writer."""
    try:
        brief = _brief(document, topic, duration_s, language, kind=kind)
        script = write_here("extract" if document else "outline", brief)
    except RequestError:  # notes without whole sentences, which a language model can still write from
        subject = topic or (document.title or document.location if document else "")
        script = write_here("outline", _brief(None, subject, duration_s, language))
    guess = f"{maker.name} has not written yet: how many scenes there will be is a guess."
    return replace(script, writer=maker.name, notices=(guess,))


@step(
    "write",
    7,
    creative=True,
    plannable=_writes_here,
    forecast=_forecast_script,
    price=_price_script,
    later=("kind", "names"),
)
async def write_script(  # noqa: PLR0913 - the arguments are the key
    context: Context,
    maker: Maker,
    document: Document | None,
    topic: str,
    duration_s: float,
    language: str,
    kind: str = "",
    parser: str = "",
    names: tuple[str, ...] = (),
) -> Script:
    """A script from a document, or about a bare topic.

    `parser` is what parses its sentences here, "" for nothing; `names` stand in it and stay as they are written.
    """
    brief = replace(_brief(document, topic, duration_s, language, context.take, kind), names=names)
    if not asks_server(maker.name):
        if parser and document:
            brief = replace(brief, trees=await _parse(context, document, language))
        return write_here(maker.name, brief)
    written = await context.services.vendors.writer(maker.name).write(brief)
    scenes = zip(written.script.scenes, written.pictures, strict=True)
    return replace(written.script, scenes=tuple(replace(scene, depiction=picture) for scene, picture in scenes))


async def _parse(context: Context, document: Document, language: str) -> Mapping[str, ParsedSentence]:
    from automagic.providers.local.extract.units import sentences_to_parse

    texts = sentences_to_parse(document, language)
    return await context.services.engines.sentence_parser.parse(texts, primary_tag(language))


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A scene's picture or clip from somebody else, in its own shape.

    Attributes:
        name: For errors.
        duration_s: Of a clip; 0 for a still.
        identity: By which the same clip is known again.
    """

    image: Artifact
    name: str
    credit: Credit
    duration_s: float = 0.0
    identity: str = ""


def _forecast_picture(maker: Maker, part: str) -> FoundPicture:
    credit = Credit(part, maker.name, maker.name, "unknown", generated=False)
    return FoundPicture(Artifact.unknown("picture", "image/*"), f"{part} by {maker.name}", credit)


def _price_painting(services: Services, maker: Maker, prompt: str, width: int, height: int) -> Quote:
    vendors = services.vendors
    call = vendors.painter(maker.name).call(prompt, width=width, height=height, take=vendors.take)
    return vendors.quote(call, paint_picture.name)


@step("illustrate", 2, creative=True, forecast=_forecast_picture, price=_price_painting)
async def paint_picture(
    context: Context, maker: Maker, prompt: str, width: int, height: int, part: str
) -> FoundPicture:
    """A picture drawn from a description, of about this shape; `part` says what it is for."""
    from automagic.providers.shared.pictures import open_picture

    drawn = await context.services.vendors.painter(maker.name).draw(
        prompt, width=width, height=height, take=context.take
    )
    target = context.folder / "drawn"
    target.write_bytes(drawn.data)
    await context.compute(lambda _stop: open_picture(target, f"the picture that {maker.name} drew"))
    image = await context.keep(target, drawn.media_type)
    return FoundPicture(image, f"{part} by {maker.name}", maker.credit(part))


def _forecast_search(maker: Maker, text: str, frame: Frame) -> tuple[PictureOffer, ...]:
    return (PictureOffer(f"?{maker.name} {text}", text, "", frame.width, frame.height, "", "", "unknown"),)


@step("search", 2, forecast=_forecast_search)
async def search_pictures(
    context: Context, maker: Maker, text: str, topic: str, frame: Frame, language: str
) -> tuple[PictureOffer, ...]:
    """What a collection has for a scene, best first."""
    collection = context.services.vendors.collection(maker.name)
    return tuple(await collection.find_offers(PictureQuery(text, frame, topic, language)))


def _forecast_fetched(maker: Maker, offers: tuple[PictureOffer, ...], part: str) -> FoundPicture | None:
    return _forecast_picture(maker, part) if offers else None


@step("fetch", 1, forecast=_forecast_fetched)
async def fetch_picture(
    context: Context, maker: Maker, offers: tuple[PictureOffer, ...], part: str
) -> FoundPicture | None:
    """The first of the offered pictures that really is one."""
    collection = context.services.vendors.collection(maker.name)
    picture = await collection.fetch(offers, context.folder, part=part)
    if picture is None:
        return None
    name = f"{picture.credit.name} ({maker.name})"
    return FoundPicture(await context.keep(picture.file, picture.media_type), name, picture.credit)


def _forecast_fetched_clip(maker: Maker, duration_s: float, part: str) -> FoundPicture:
    return replace(_forecast_picture(maker, part), duration_s=duration_s)


@step("fetch-clip", 2, forecast=_forecast_fetched_clip)
async def fetch_clip(  # noqa: PLR0913 - the arguments are the key
    context: Context,
    maker: Maker,
    text: str,
    topic: str,
    frame: Frame,
    duration_s: float,
    language: str,
    avoid: tuple[str, ...],
    part: str,
) -> FoundPicture | None:
    """A video clip that fits what a scene says and lasts about as long; None when there is none."""
    clip = await context.services.vendors.clips(maker.name).find_clip(
        PictureQuery(text, frame, topic, language), context.folder, duration_s=duration_s, avoid=avoid, part=part
    )
    if clip is None:
        return None
    name = f"{clip.credit.name} ({maker.name})"
    image = await context.keep(clip.file, "video/mp4")
    return FoundPicture(image, name, clip.credit, clip.duration_s, clip.identity)
