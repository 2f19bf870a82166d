"""Every picture that a platform takes is planned within its facts, read here by other code, or it is told why not."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from automagic.data import shipped
from automagic.products.ads.pictures.planning import PicturePlan, PlannedPicture, plan_pictures
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.pictures.briefs import BRIEF, LOADED, load, write_texts

SPECS = read_specs()
TABLE = tomllib.loads(shipped("ad_specs.toml").read_text("utf-8"))
ROWS: dict[str, dict[str, Any]] = {row["id"]: row for row in TABLE["spec"]}
SERVED = {place for platform in TABLE["platform"] for place in platform["formats"]}
CLEAN = {"google.rda", "google.pmax", "google.demand_gen", "microsoft.audience", "openai.ads"}
ONLY_LIMITS = {"meta.feed.image_min_width"}
"""Pictures that have no shape of their own in the facts."""


def plan(*names: str, loaded: Any = LOADED, variants: int = 1) -> PicturePlan:
    platforms = [SPECS.platform(name) for name in names] if names else SPECS.platforms
    return plan_pictures(BRIEF, SPECS, platforms, write_texts(SPECS, *names), loaded, variants=variants)


WHOLE = plan()


def of_row(name: str) -> list[PlannedPicture]:
    return [one for one in WHOLE.pictures if one.field.spec.id == name]


PICTURES = [name for name, row in ROWS.items() if row["kind"] == "image" and name.rpartition(".")[0] in SERVED]


@pytest.mark.parametrize("name", sorted(set(PICTURES) - ONLY_LIMITS))
def test_every_picture_row_is_served_within_its_limits(name: str) -> None:
    row, made = ROWS[name], of_row(name)
    assert made
    assert len(made) <= row.get("max_items", 99)
    ratios = row.get("ratios") or ([row["ratio"]] if "ratio" in row else [])
    for one in made:
        width, height = one.form.width, one.form.height
        assert row.get("min_width", 0) <= width <= row.get("max_width", 9999)
        assert row.get("min_height", 0) <= height or ratios[1:]
        assert height <= row.get("max_height", 9999)
        wanted = [float(ratio.split(":")[0]) / float(ratio.split(":")[1]) for ratio in ratios]
        assert not wanted or any(abs(width / height - each) <= 0.01 * each for each in wanted)
        assert set(one.field.formats) <= set(row.get("formats", ["jpg", "png"]))
        assert (one.field.max_bytes or 0) <= row.get("max_bytes", 10**9)
    if row.get("ratios"):
        assert len({one.form.width / one.form.height for one in made}) == len(ratios)


def test_uploaded_banners_have_each_size_and_the_weight_of_their_row() -> None:
    made = of_row("google.display.sizes")
    assert [f"{one.form.width}x{one.form.height}" for one in made] == ROWS["google.display.sizes"]["values"]
    assert {one.field.max_bytes for one in made} == {ROWS["google.display.image"]["max_bytes"]}
    assert all(one.form.density == 1 for one in made)


@pytest.mark.parametrize(
    ("place", "limit"),
    [("linkedin.image", 5242880), ("x.image", 5242880), ("snapchat.single", 5242880), ("google.rda", 5242880)],
)
def test_the_weight_of_a_place_holds_for_its_pictures(place: str, limit: int) -> None:
    made = [one for one in WHOLE.pictures if one.field.spec.place == place]
    assert made
    assert {one.field.max_bytes for one in made} == {limit}


def test_nothing_with_words_goes_where_a_platform_adds_them() -> None:
    for one in WHOLE.pictures:
        clean = one.field.spec.place in {
            "google.rda",
            "google.pmax",
            "google.demand_gen",
            "microsoft.audience",
            "openai.ads",
        }
        assert not (clean and one.wording), one.name


def test_totals_and_counts_are_kept() -> None:
    many = (LOADED[0], *(load(f"{number}.jpg", 2400, 2400) for number in range(30)))
    found = plan("google-display", "demand-gen", loaded=many)
    counts = Counter(one.field.spec.place for one in found.pictures if one.field.use == "photo")
    assert counts["google.rda"] <= ROWS["google.rda.images_total"]["max"]
    assert counts["google.demand_gen"] <= ROWS["google.demand_gen.images_total"]["max"]


def test_names_are_files_of_their_own() -> None:
    names = [(one.field.platform, one.name) for one in plan(variants=3).pictures]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and len(name) <= 96 for _, name in names)


def test_a_story_keeps_clear_of_every_placement_of_its_platform() -> None:
    (story,) = of_row("meta.stories.image")
    assert story.form.covered == (269, 65, 672, 65)
    (snap,) = of_row("snapchat.single.image")
    assert snap.form.covered == (150, 0, 150, 0)


def test_a_picture_is_never_enlarged() -> None:
    found = plan("pmax", "meta", loaded=(load("small.jpg", 700, 500),))
    sizes = {one.field.spec.id: (one.form.width, one.form.height) for one in found.pictures if one.field.use == "photo"}
    assert sizes == {"google.pmax.marketing_image": (700, 366), "google.pmax.square_marketing_image": (500, 500)}
    (told,) = [one for one in found.findings if one.rule == "google.pmax.portrait_marketing_image"]
    assert told.says == (
        "portrait marketing image of pmax (960x1200) needs at least 480x600 pixels of a picture, and the largest of "
        "the brief has 700x500; none is enlarged: give a larger one"
    )
    assert not told.hard, "it is not required"


def test_what_is_missing_is_told_by_its_field() -> None:
    found = plan("pmax", loaded=())
    hard = {one.rule for one in found.findings if one.hard}
    assert hard == {"google.pmax.marketing_image", "google.pmax.square_marketing_image", "google.pmax.logo"}
    assert not found.pictures
    assert all(one.source and one.checked for one in found.findings)


def test_each_variant_begins_with_another_claim_and_another_picture() -> None:
    loaded = (*LOADED[:2], load("garden.jpg", 2400, 1600))
    planned = plan("google-display", loaded=loaded, variants=2).pictures
    found = [one for one in planned if one.wording and one.form.width == 300]
    first, second = (one for one in found if one.form.height == 250)
    assert first.wording is not None
    assert second.wording is not None
    assert first.content.headlines[0] != second.content.headlines[0]
    assert first.picture is not second.picture


def test_a_picture_that_suits_the_shape_is_taken() -> None:
    wide, upright = LOADED[1], load("upright.jpg", 1400, 4000)
    found = plan("google-display", loaded=(upright, wide))
    by_size = {(one.form.width, one.form.height): one.picture for one in found.pictures if one.wording}
    assert by_size[728, 90] == wide
    assert by_size[300, 600] == wide or by_size[300, 600] == upright


def test_ads_without_a_picture_say_so_and_are_made() -> None:
    found = plan("linkedin", loaded=(LOADED[0], load("tiny.jpg", 300, 200)))
    assert len(found.pictures) == 3
    assert all(one.picture is None and one.findings[0].rule == "brief.pictures" for one in found.pictures)


def test_a_plan_without_sizes_takes_pictures_for_large_enough() -> None:
    unread = replace(LOADED[1], source=replace(LOADED[1].source, width=0, height=0))
    assert {one.form.width for one in plan("pmax", loaded=(unread,)).pictures} == {1200, 960}
