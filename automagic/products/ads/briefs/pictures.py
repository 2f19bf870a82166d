"""The pictures of a brief, in the store, as everything after can use them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from automagic.errors import RequestError
from automagic.machine.leaving import in_thread
from automagic.products.ads.brief import BriefPicture
from automagic.products.ads.briefs.material import ReadBrief
from automagic.runs.context import StepContext
from automagic.runs.run import Run
from automagic.runs.steps import step
from automagic.services import Services
from automagic.stages.failures import explained
from automagic.values.artifact import Artifact
from automagic.values.events import Notice


@dataclass(frozen=True, slots=True)
class AdSource:
    """A picture to make ads of: upright, sRGB, PNG; `width` and `height` in pixels, 0 in a plan that has not read it.

    Attributes:
        note: What was done to it that a person should know.
    """

    file: Artifact
    width: int
    height: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class LoadedPicture:
    """A picture of the brief and its pixels."""

    picture: BriefPicture
    source: AdSource
    is_logo: bool = False


@step("read-ad-picture", 1, forecast=lambda: AdSource(Artifact.unknown("ad picture", "image/png"), 0, 0))
async def read_ad_picture(context: StepContext[Services], picture: Artifact, name: str, is_logo: bool) -> AdSource:
    """A person's picture as upright sRGB; `name` is for people."""
    from automagic.products.ads.briefs.picture_files import normalise

    target = context.folder / "upright.png"
    source = context.folder / "given" / name  # its readers name the file
    source.parent.mkdir()
    source.symlink_to(context.path_of(picture))
    done = await context.compute(lambda _stop: normalise(source, target, name=name, is_logo=is_logo))
    return AdSource(await context.keep(target, "image/png"), done.width, done.height, done.note)


async def load_pictures(read: ReadBrief, run: Run[Services]) -> tuple[LoadedPicture, ...]:
    """The logo, if there is one, and the pictures in their order.

    Raises:
        RequestError: One cannot be used, or has changed since the brief was read.
    """
    wanted = [(one, False) for one in read.brief.pictures]
    if read.brief.logo is not None:
        wanted.insert(0, (read.brief.logo, True))
    with explained():
        async with asyncio.TaskGroup() as tasks:
            loading = [tasks.create_task(_load(read, one, is_logo, run)) for one, is_logo in wanted]
    loaded = tuple(one.result() for one in loading)
    for one in loaded:
        if one.source.note:
            run.emit(Notice(f"{one.picture.name} was {one.source.note}."))
    return loaded


async def _load(read: ReadBrief, picture: BriefPicture, is_logo: bool, run: Run[Services]) -> LoadedPicture:
    # Where there is no picture, as in a brief of words alone, nothing that decodes one is imported.
    from automagic.products.ads.briefs.picture_files import MAX_PICTURE_BYTES

    if read.folder is None:
        raise RequestError(f"the picture {picture.name} has no folder to lie in")
    taken = await in_thread(run.snapshot, read.folder / picture.name, "image/*", MAX_PICTURE_BYTES)
    if taken.sha256 != picture.sha256:
        raise RequestError(f"the picture {picture.name} changed while the brief was read", hint="Start again.")
    name = picture.name.rpartition("/")[2][-80:]
    return LoadedPicture(picture, await run.step(read_ad_picture, taken, name, is_logo), is_logo)
