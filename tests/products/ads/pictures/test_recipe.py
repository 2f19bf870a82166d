"""Pictures of ads, made: exact sizes under their weight, the same bytes twice, and no more made again than must be."""

from __future__ import annotations

import datetime
import hashlib
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from automagic.products.ads.brief import AdBrief, Claim, claim_id
from automagic.products.ads.briefs.material import ReadBrief
from automagic.products.ads.briefs.pictures import load_pictures
from automagic.products.ads.briefs.reading import read_brief
from automagic.products.ads.pictures.planning import plan_pictures
from automagic.products.ads.pictures.recipe import AdPictures, make_pictures
from automagic.products.ads.specs.table import read_specs
from automagic.runs.run import Run
from automagic.services import Services
from automagic.settings import Settings
from automagic.studio import open_studio
from automagic.values.events import StepFinished
from tests.products.ads.pictures.briefs import write_texts
from tests.support.places import DATA

SPECS = read_specs()
BRIEF = """
name = "KeraFilter"
kind = "coffee filter"
link = "https://kera.example.com"
brand = "Kera"
call = "Shop now"
price = "39 €"
disclaimer = "Price includes VAT, plus shipping."
colours = ["#d9480f"]
claims = ["A ceramic filter, glazed by hand in Bremen.", "Lasts for up to ten years.", "The filter fits every cup."]
logo = "logo.png"
pictures = [{ file = "photo.png", alt = "A hill", focus = [0.8, 0.5] }]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brief beside its pictures: a photograph that is busy enough to be heavy, and a logo cut out of its ground."""
    found = tmp_path_factory.mktemp("brief")
    (found / "brief.toml").write_text(BRIEF)
    logo = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    ImageDraw.Draw(logo).ellipse((20, 20, 380, 180), fill=(217, 72, 15, 255))
    logo.save(found / "logo.png")
    rng = np.random.default_rng(3)
    coarse = Image.fromarray(rng.integers(0, 255, (100, 150, 3)).astype(np.uint8)).resize(
        (1500, 1000), Image.Resampling.BICUBIC
    )
    noise = rng.integers(-30, 30, (1000, 1500, 3))
    Image.fromarray((np.asarray(coarse) + noise).clip(0, 255).astype(np.uint8)).save(found / "photo.png")
    return found


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Run[Services]]:
    async with open_studio(Settings(automagic_home=home)) as studio, studio._open_run("ads", None) as run:
        yield run


async def read(folder: Path) -> ReadBrief:
    return await read_brief(str(folder / "brief.toml"), today=datetime.date(2026, 12, 1))


async def make(
    folder: Path, run: Run[Services], *names: str, brief: AdBrief | None = None
) -> tuple[AdPictures, list[StepFinished]]:
    """The pictures for platforms, and the steps that were asked for."""
    source = await read(folder)
    told: list[object] = []
    run.emit = told.append  # type: ignore[method-assign]  # what a listener would be told
    loaded = await load_pictures(source, run)
    used = brief or source.brief
    platforms = [SPECS.platform(name) for name in names]
    plan = plan_pictures(used, SPECS, platforms, write_texts(SPECS, *names, brief=used), loaded)
    made = await make_pictures(plan.pictures, used, run)
    return made, [event for event in told if isinstance(event, StepFinished)]


async def test_a_platforms_pictures_are_what_they_say(folder: Path, tmp_path: Path) -> None:
    async with opened(tmp_path / "home") as run:
        made, _ = await make(folder, run, "google-display", "tiktok")
        assert {one.field for one in made.pictures} == {
            "google.rda.marketing_image",
            "google.rda.square_marketing_image",
            "google.rda.logo",
            "google.rda.square_logo",
            "google.display.sizes",
            "tiktok.in_feed.profile_image",
        }
        for one in made.pictures:
            path = run.store.path_of(one.file)
            with Image.open(path) as picture:
                assert picture.size == (one.width, one.height)
                assert picture.mode == "RGB"
                assert (picture.format, one.name[-4:]) in {("JPEG", ".jpg"), ("PNG", ".png")}
            limit = {"google.display.sizes": 153_600, "tiktok.in_feed.profile_image": 51_200}.get(one.field, 5_242_880)
            assert 0 < path.stat().st_size <= limit
            assert one.alt
        banner = next(one for one in made.pictures if (one.width, one.height) == (300, 250))
        assert banner.alt == (
            "A ceramic filter, glazed by hand in Bremen. Lasts for up to ten years. 39 €. "
            "Price includes VAT, plus shipping. Kera. A hill."
        )
        assert banner.claims == (
            claim_id("A ceramic filter, glazed by hand in Bremen."),
            claim_id("Lasts for up to ten years."),
        )
        assert (banner.family, banner.state) == ("designed", "ready")
        (square, *_) = [one for one in made.pictures if one.field == "google.rda.square_marketing_image"]
        assert (square.width, square.family, square.claims, square.alt) == (1000, "clean", (), "A hill")
        (colours,) = [one for one in made.findings if one.rule == "brief.colours"]
        assert "#d9480f cannot be read on" in colours.says


async def test_the_same_bytes_come_out_in_another_home(folder: Path, tmp_path: Path) -> None:
    digests = []
    for name in ("one", "two"):
        async with opened(tmp_path / name) as run:
            made, _ = await make(folder, run, "snapchat")
            digests.append([one.file.sha256 for one in made.pictures])
            data = [run.store.path_of(one.file).read_bytes() for one in made.pictures]
            assert [hashlib.sha256(one).hexdigest() for one in data] == digests[-1]
    assert digests[0] == digests[1]


async def test_an_edited_claim_makes_only_the_pictures_that_show_it_again(folder: Path, tmp_path: Path) -> None:
    async with opened(tmp_path / "home") as run:
        before, _ = await make(folder, run, "meta", "pmax", "linkedin")
        _, again = await make(folder, run, "meta", "pmax", "linkedin")
        assert all(event.hit for event in again)
        brief = (await read(folder)).brief
        changed = brief.claims[1]
        text = "Lasts for up to nine years."
        edited = replace(
            brief, claims=(brief.claims[0], replace(changed, text=text, id=claim_id(text)), brief.claims[2])
        )
        after, steps = await make(folder, run, "meta", "pmax", "linkedin", brief=edited)
        missed = Counter(event.name for event in steps if not event.hit)
        assert set(missed) == {"draw-ad"}
        kept = {one.file for one in before.pictures} & {one.file for one in after.pictures}
        assert {one.file for one in before.pictures if changed.id not in one.claims} <= kept
        assert all(one.file not in kept for one in before.pictures if changed.id in one.claims)


async def test_where_no_headline_has_room_the_name_stands_alone(folder: Path, tmp_path: Path) -> None:
    async with opened(tmp_path / "home") as run:
        brief = (await read(folder)).brief
        long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenhersteller"
        claim = Claim(claim_id(long), long, "claims[0]")
        hard = replace(brief, claims=(claim,), language="de")
        made, _ = await make(folder, run, "google-display", brief=hard)
        (strip,) = [one for one in made.pictures if one.height == 50]
        assert (strip.claims, strip.alt) == ((), "KeraFilter. Kera.")
        assert any("320x50 says the name alone" in one.says for one in strip.findings)
        wordy = replace(hard, call="Jetzt ganz unverbindlich und kostenlos anfragen")
        made, _ = await make(folder, run, "google-display", brief=wordy)
        (told,) = [one for one in made.findings if "320x50" in one.says]
        assert "not even “KeraFilter” has room in 320x50 with the button “Jetzt ganz" in told.says
        assert (told.rule, told.hard) == ("google.display.sizes", True)
        assert [one for one in made.pictures if one.field == "google.display.sizes"], "the others are made"


async def test_letters_that_no_font_has_are_told_and_never_left_out(folder: Path, tmp_path: Path) -> None:
    async with opened(tmp_path / "home") as run:
        brief = replace((await read(folder)).brief, disclaimer="Only \U00012000 left")
        made, _ = await make(folder, run, "linkedin", brief=brief)
        assert not made.pictures
        assert all(one.hard and "no font that is installed draws \U00012000" in one.says for one in made.findings)


async def test_a_picture_without_a_crop_gives_way_to_one_that_has_it(folder: Path, tmp_path: Path) -> None:
    both = tmp_path / "brief"
    shutil.copytree(folder, both)
    with Image.open(DATA / "four_faces.jpg") as opened_faces:
        opened_faces.resize((1500, 1200)).save(both / "faces.png")
    alone = BRIEF.replace("photo.png", "faces.png").replace(", focus = [0.8, 0.5]", "")
    pair = alone.replace('A hill" }', 'A hill" }, { file = "photo.png" }')
    async with opened(tmp_path / "home") as run:
        (both / "brief.toml").write_text(alone)
        (one,) = [
            p
            for p in (await make(both, run, "demand-gen"))[0].pictures
            if p.field.endswith("gen.portrait_marketing_image")
        ]
        assert "stands whole on a blurred ground" in one.findings[0].says
        (both / "brief.toml").write_text(pair)
        made, _ = await make(both, run, "demand-gen")
        (other,) = [p for p in made.pictures if p.field.endswith("gen.portrait_marketing_image")]
        assert other.file != one.file
        assert any("faces.png is left out at" in finding.says for finding in made.findings)


async def test_a_plan_makes_nothing(folder: Path, tmp_path: Path) -> None:
    async with opened(tmp_path / "home") as run:
        run.planning = True
        made, _ = await make(folder, run, "pmax", "linkedin")
        assert made.pictures
        assert not any(one.file.is_known for one in made.pictures)
