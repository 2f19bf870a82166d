"""Who makes each scene's picture: the person, else the first in the list who can.

own picture ─────────────────────────────────────────┐
painter     prompt ─▶ illustrate ────────────────────┤
collection  search (every scene) ─▶ shared out ─▶ fetch ─┴─▶ frame, for each geometry
cards       None: a card is drawn for each shot
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from automagic.errors import MediaError, Permanent, VendorError
from automagic.media.platforms import PlatformGroup
from automagic.model import Credit, Scene, Script
from automagic.orchestrator.events import Notice
from automagic.orchestrator.run import Run
from automagic.pipelines.material_steps import FoundPicture, fetch_picture, paint_picture, search_pictures
from automagic.pipelines.video_steps import Picture, frame_picture, oversized
from automagic.providers.pictures import Offer, share_out
from automagic.services import Services

COLLECTIONS = frozenset({"commons", "pexels"})


class Illustration:
    """Every scene's picture, being made. Whoever needs one awaits it.

    Args:
        own: The person's own pictures, framed, by geometry and scene.
        chain: Who makes the others, in order.
        tasks: Where they are made, all at once.
    """

    def __init__(
        self,
        script: Script,
        groups: Sequence[PlatformGroup],
        *,
        own: Mapping[str, Mapping[str, Picture]],
        chain: Sequence[str],
        run: Run[Services],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._script = script
        self._own = own
        self._run = run
        self._group = groups[0]
        self._tasks = tasks
        self._told: set[str] = set()
        given = set(own[groups[0].name])
        self._open = [scene for scene in script.scenes if scene.id not in given]
        self._shares: dict[str, asyncio.Task[dict[str, list[Offer]]]] = {}
        if tuple(chain) == ("cards",):
            self._found: dict[str, asyncio.Task[FoundPicture | None]] = {}
            return
        self._found = {scene.id: tasks.create_task(self._find(scene, chain)) for scene in self._open}

    def is_certain(self, scene: str) -> bool:
        """Whether it is known already that the scene gets cards."""
        return scene not in self._found and scene not in self._own[self._group.name]

    async def of(self, scene: str, group: PlatformGroup) -> Picture | None:
        """A scene's picture in a geometry; None when its shots get cards."""
        own = self._own[group.name].get(scene)
        if own is not None or scene not in self._found:
            return own
        found = await asyncio.shield(self._found[scene])
        if found is None:
            return None
        return await self._run.about(scene).step(
            frame_picture,
            found.image,
            _file_name(found),
            *oversized(group.frame),
        )

    async def credits(self) -> dict[str, Credit]:
        """Who made what, by scene; when all is found."""
        found = {scene: await asyncio.shield(task) for scene, task in self._found.items()}
        return {scene: picture.credit for scene, picture in found.items() if picture is not None}

    async def _find(self, scene: Scene, chain: Sequence[str]) -> FoundPicture | None:
        for name in chain:
            if name == "cards":
                return None
            try:
                if picture := await self._ask(name, scene):
                    return picture
            except (VendorError, MediaError) as error:
                self._tell(name, error)
        raise Permanent(
            f"none of {', '.join(chain)} has a picture for “{scene.text[:60]}”",
            hint="Put cards at the end of the list, or give a picture of your own with --images.",
        )

    async def _ask(self, name: str, scene: Scene) -> FoundPicture | None:
        maker = self._run.services.vendors.maker("illustrator", name)
        about = self._run.about(scene.id)
        part = f"picture of scene {scene.id}"
        if name in COLLECTIONS:
            if name not in self._shares:
                self._shares[name] = self._tasks.create_task(self._share(name))
            offers = (await asyncio.shield(self._shares[name])).get(scene.id, [])
            return await about.step(fetch_picture, maker, tuple(offers), part) if offers else None
        frame = self._group.frame
        prompt = describe_picture(scene, self._script.title)
        return await about.step(paint_picture, maker, prompt, frame.width, frame.height, part)

    async def _share(self, name: str) -> dict[str, list[Offer]]:
        """What a collection has for every scene, shared out so that no picture is shown twice."""
        maker = self._run.services.vendors.maker("illustrator", name)
        title, language = self._script.title, self._script.language

        async def search(scene: Scene) -> tuple[Offer, ...]:
            wanted = scene.depiction or scene.text
            try:
                return await self._run.about(scene.id).step(
                    search_pictures, maker, wanted, title, self._group.frame, language
                )
            except VendorError as error:
                self._tell(name, error)
                return ()

        async with asyncio.TaskGroup() as tasks:
            searches = [tasks.create_task(search(scene)) for scene in self._open]
        shares = share_out([task.result() for task in searches])
        return {scene.id: offers for scene, offers in zip(self._open, shares, strict=True)}

    def _tell(self, name: str, error: VendorError | MediaError) -> None:
        """Say once for each provider that it failed."""
        if name not in self._told:
            self._told.add(name)
            self._run.emit(Notice(f"{name} could not give a picture: {error.message}. The next in the list is asked."))


def describe_picture(scene: Scene, title: str) -> str:
    """What a painter is told; pure."""
    return (
        f"A picture for one scene of a short video titled “{title}”. It shows: {scene.depiction or scene.text} "
        "Realistic editorial illustration, one clear subject, natural light, calm lower third. "
        "No text, no letters, no numbers, no logos, no watermark, no real person's likeness."
    )


def _file_name(found: FoundPicture) -> str:
    """A name for a working file, which tells errors what it was."""
    kept = "".join(letter if letter.isalnum() or letter in " -()" else "-" for letter in found.name)
    return kept[:80].strip() or "picture"
