"""The pictures of a brief in the store: made once, with their sizes, and told where something was done to them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from PIL import Image

from automagic.errors import RequestError
from automagic.products.ads.briefs.pictures import load_pictures
from automagic.products.ads.briefs.reading import read_brief
from automagic.settings import Settings
from automagic.studio import open_studio
from automagic.values.events import Notice, StepFinished

TODAY = datetime.date(2026, 12, 1)
BRIEF = """
name = "KeraFilter"
kind = "coffee filter"
link = "https://kera.example.com"
claims = ["The filter is made of ceramic."]
logo = "logo.png"
pictures = [{ file = "photo.webp", focus = [0.2, 0.7], alt = "The filter on a cup" }]
"""


async def test_pictures_come_into_the_store_with_their_sizes(tmp_path: Path) -> None:
    folder = tmp_path / "brief"
    folder.mkdir()
    (folder / "brief.toml").write_text(BRIEF)
    Image.new("RGBA", (400, 200), (200, 30, 30, 128)).save(folder / "logo.png")
    Image.new("RGB", (640, 480), (200, 30, 30)).save(folder / "photo.webp")
    read = await read_brief(str(folder / "brief.toml"), today=TODAY)
    events: list[object] = []
    async with open_studio(Settings(automagic_home=tmp_path / "home")) as studio, studio._open_run("ads", None) as run:
        run.emit = events.append  # type: ignore[method-assign]  # what a listener would be told
        logo, photo = await load_pictures(read, run)
        assert [(one.is_logo, one.source.width, one.source.height) for one in (logo, photo)] == [
            (True, 400, 200),
            (False, 640, 480),
        ]
        assert (photo.picture.focus, photo.picture.alt) == ((0.2, 0.7), "The filter on a cup")
        with Image.open(run.store.path_of(logo.source.file)) as kept:
            assert (kept.format, kept.mode) == ("PNG", "RGBA")
        notices = [event.text for event in events if isinstance(event, Notice)]
        assert notices == ["photo.webp was converted from WEBP, which no platform takes."]
        events.clear()
        assert await load_pictures(read, run) == (logo, photo)
        assert [event.hit for event in events if isinstance(event, StepFinished)] == [True, True]
        Image.new("RGB", (640, 480), "blue").save(folder / "photo.webp")
        with pytest.raises(RequestError, match=r"photo\.webp changed while the brief was read"):
            await load_pictures(read, run)
