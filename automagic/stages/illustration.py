"""Who makes each scene's picture: the person, else the first in the list who can.

own picture ─────────────────────────────────────────┐
painter     prompt ─▶ illustrate ────────────────────┤
collection  search (every scene) ─▶ shared out ─▶ fetch ─┴─▶ frame, for each geometry
clips       fetch-clip ─▶ clip: each shot cuts its own stretch
cards       None: a card is drawn for each shot
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from automagic.errors import AutomagicError, MediaError, Permanent, RequestError, VendorError
from automagic.language.speech.pace import estimate_s
from automagic.media.design.platforms import PlatformGroup
from automagic.providers.shared.pictures import PictureOffer, share_out
from automagic.providers.shared.registry import providers
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.material_steps import FoundPicture, fetch_clip, fetch_picture, paint_picture, search_pictures
from automagic.stages.picture_steps import OwnPicture, ScenePicture, frame_picture, oversized
from automagic.values.credit import Credit
from automagic.values.events import Notice
from automagic.values.frame import Frame, Rect
from automagic.values.script import Scene, Script

# RequestError: a collection led to an address on this machine or in its network.
_FAILURES = (VendorError, MediaError, RequestError)


class Illustration:
    """Every scene's picture, being made. A caller that needs one awaits it.

    Args:
        own: The person's own pictures, framed, by geometry and scene.
        files: The same as they are, by scene.
        chain: Who makes the others, in order.
        tasks: Where they are made, all at once.
    """

    def __init__(
        self,
        script: Script,
        groups: Sequence[PlatformGroup],
        *,
        own: Mapping[str, Mapping[str, ScenePicture]],
        files: Mapping[str, OwnPicture],
        chain: Sequence[str],
        run: Run[Services],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._script = script
        self._own, self._files = own, files
        self._run = run
        self._group = groups[0]
        self._tasks = tasks
        self._chain = tuple(chain)
        self._failures: dict[str, AutomagicError] = {}
        self._makers: dict[str, str] = {}
        given = set(own[groups[0].name])
        self._open = [scene for scene in script.scenes if scene.id not in given]
        self._shares: dict[str, asyncio.Task[dict[str, list[PictureOffer]]]] = {}
        self._clips: dict[str, asyncio.Task[dict[str, FoundPicture]]] = {}
        if self._chain == ("cards",):
            self._found: dict[str, asyncio.Task[FoundPicture | None]] = {}
            return
        self._found = {scene.id: tasks.create_task(self._find(scene)) for scene in self._open}

    def is_certain(self, scene: str) -> bool:
        """Whether it is known already that the scene gets cards."""
        return scene not in self._found and scene not in self._own[self._group.name]

    async def of(self, scene: str, group: PlatformGroup) -> ScenePicture | None:
        """A scene's picture in a geometry; None when its shots get cards."""
        own = self._own[group.name].get(scene)
        if own is not None or scene not in self._found:
            return own
        return await self.within(scene, group.frame)

    async def within(self, scene: str, shape: Frame | Rect) -> ScenePicture | None:
        """A scene's picture in the shape of a frame, or of a part of one; None when its shots get cards."""
        shown: OwnPicture | FoundPicture | None = self._files.get(scene)
        name = shown.name if shown is not None else ""
        if shown is None and scene in self._found:
            shown = await asyncio.shield(self._found[scene])
            name = working_name(shown.name) if shown is not None else ""
        if shown is None:
            return None
        return await self._run.about(scene).step(frame_picture, shown.image, name, *oversized(shape))

    async def clip_of(self, scene: str) -> FoundPicture | None:
        """A scene's video clip; None when it has none."""
        if scene not in self._found:
            return None
        found = await asyncio.shield(self._found[scene])
        return found if found is not None and found.duration_s else None

    async def credits(self) -> dict[str, Credit]:
        """Who made what, by scene; when all is found."""
        found = {scene: await asyncio.shield(task) for scene, task in self._found.items()}
        return {scene: picture.credit for scene, picture in found.items() if picture is not None}

    @property
    def makers(self) -> dict[str, str]:
        """The provider and the model of each picture that was found so far, by scene; cards left out."""
        return dict(self._makers)

    async def _find(self, scene: Scene) -> FoundPicture | None:
        for name in self._chain:
            if providers()[name].kinds["illustrator"].gives == "cards":
                return None
            try:
                if picture := await self._ask(name, scene):
                    self._makers[scene.id] = str(self._run.services.vendors.maker("illustrator", name))
                    return picture
            except _FAILURES as error:
                self._tell(name, error)
        reasons = "; ".join(f"{name}: {error.message}" for name, error in self._failures.items())
        raise Permanent(
            f"none of {', '.join(self._chain)} gave a picture for “{scene.text[:60]}”"
            + (f" ({reasons})" if reasons else ""),
            hint="Put cards at the end of the list, or give a picture of your own with --images.",
        )

    async def _ask(self, name: str, scene: Scene) -> FoundPicture | None:
        maker = self._run.services.vendors.maker("illustrator", name)
        about = self._run.about(scene.id)
        part = f"picture of scene {scene.id}"
        gives = providers()[name].kinds["illustrator"].gives
        if gives == "photos":
            if name not in self._shares:
                self._shares[name] = self._tasks.create_task(self._share(name))
            offers = (await asyncio.shield(self._shares[name])).get(scene.id, [])
            return await about.step(fetch_picture, maker, tuple(offers), part) if offers else None
        if gives == "clips":
            if name not in self._clips:
                self._clips[name] = self._tasks.create_task(self._gather_clips(name))
            return (await asyncio.shield(self._clips[name])).get(scene.id)
        frame = self._group.frame
        prompt = describe_picture(scene, self._script.title)
        return await about.step(paint_picture, maker, prompt, frame.width, frame.height, part)

    async def _share(self, name: str) -> dict[str, list[PictureOffer]]:
        """What a collection has for every scene, shared out so that no picture is shown twice."""
        maker = self._run.services.vendors.maker("illustrator", name)
        title, language = self._script.title, self._script.language

        async def search(scene: Scene) -> tuple[PictureOffer, ...]:
            wanted = scene.depiction or scene.text
            try:
                return await self._run.about(scene.id).step(
                    search_pictures, maker, wanted, title, self._group.frame, language
                )
            except _FAILURES as error:
                self._tell(name, error)
                return ()

        async with asyncio.TaskGroup() as tasks:
            searches = [tasks.create_task(search(scene)) for scene in self._open]
        shares = share_out([task.result() for task in searches])
        return {scene.id: offers for scene, offers in zip(self._open, shares, strict=True)}

    async def _gather_clips(self, name: str) -> dict[str, FoundPicture]:
        """A clip for every scene that one is found for, one scene after the other so that none is shown twice."""
        maker = self._run.services.vendors.maker("illustrator", name)
        title, language = self._script.title, self._script.language
        found: dict[str, FoundPicture] = {}
        for scene in self._open:
            used = tuple(clip.identity for clip in found.values())
            length_s = round(estimate_s(len(scene.text.split())), 1)
            try:
                clip = await self._run.about(scene.id).step(
                    fetch_clip,
                    maker,
                    scene.depiction or scene.text,
                    title,
                    self._group.frame,
                    length_s,
                    language,
                    used,
                    f"clip of scene {scene.id}",
                )
            except _FAILURES as error:
                self._tell(name, error)
                break
            if clip is not None:
                found[scene.id] = clip
        return found

    def _tell(self, name: str, error: AutomagicError) -> None:
        """Say once for each provider that it failed, and who takes its place."""
        if name in self._failures:
            return
        self._failures[name] = error
        following = self._chain[self._chain.index(name) + 1 :]
        if following:
            instead = "A card is drawn" if following[0] == "cards" else f"{following[0]} is asked"
            reason = error.message.removesuffix(".")
            self._run.emit(Notice(f"{name} could not give a picture: {reason}. {instead} instead."))


def describe_picture(scene: Scene, title: str) -> str:
    """What a painter is told; pure."""
    return (
        f"A picture for one scene of a short video titled “{title}”. It shows: {scene.depiction or scene.text} "
        "Realistic editorial illustration, one clear subject, natural light, calm lower third. "
        "No text, no letters, no numbers, no logos, no watermark, no real person's likeness."
    )


def working_name(name: str) -> str:
    """A name for a working file, which tells errors what it was."""
    kept = "".join(letter if letter.isalnum() or letter in " -()" else "-" for letter in name)
    return kept[:80].strip() or "picture"
