"""What follows from a list of recordings: nothing is called gone without evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automagic.products.archive.syncing.changes import DAY_S, Comparison, judge_missing
from automagic.store.catalogue import Known
from automagic.values.station import StationItem

NOW = 10 * DAY_S


def make_item(number: int) -> StationItem:
    return StationItem(str(number), f"Council {number}", show_id=str(number), file_name=f"{number}.mp4", length_s=100.0)


def known_of(items: list[StationItem], missing_since: dict[int, float] | None = None) -> dict[str, Known]:
    since = missing_since or {}
    return {one.remote_id: Known(one.fingerprint, 1, since.get(int(one.remote_id)), gone=False) for one in items}


ITEMS = [make_item(number) for number in range(100)]


def compare(known: dict[str, Known], *pages: list[StationItem]) -> Comparison:
    comparison = Comparison(known)
    before = {one.remote_id: one for one in ITEMS}
    for page in pages:
        comparison.to_changes(comparison.differing(page), before)
    return comparison


def test_what_is_listed_as_before_is_not_written() -> None:
    comparison = Comparison(known_of(ITEMS))
    assert comparison.differing(ITEMS) == []
    assert judge_missing(comparison, now=NOW, count=100).broken == ""
    assert comparison.missing == []


def test_new_and_changed_are_told_apart() -> None:
    comparison = compare(known_of(ITEMS[:90]), [replace(ITEMS[0], title="New title"), *ITEMS[1:]])
    assert (comparison.new, comparison.changed, comparison.returned) == (10, 1, 0)


@pytest.mark.parametrize(
    ("change", "generation"),
    [
        ({"title": "Another title"}, 1),
        ({"file_name": "renamed.mp4"}, 1),
        ({"file_name": "renamed.mp4", "length_s": 101.9}, 1),
        ({"length_s": 900.0}, 1),
        ({"file_name": "another.mp4", "length_s": 900.0}, 2),
        ({"show_id": "another"}, 2),
    ],
)
def test_a_name_that_means_another_recording_begins_a_generation(change: dict[str, object], generation: int) -> None:
    comparison = Comparison(known_of(ITEMS))
    item = replace(ITEMS[0], **change)  # type: ignore[arg-type]
    (written,) = comparison.to_changes(comparison.differing([item]), {"0": ITEMS[0]})
    assert written.generation == generation


def test_what_is_listed_twice_counts_once() -> None:
    comparison = compare({}, ITEMS[:50], ITEMS[40:])
    assert (comparison.new, comparison.repeated) == (100, 10)


def test_a_few_that_are_missing_are_noted_and_not_gone() -> None:
    verdict = judge_missing(compare(known_of(ITEMS), ITEMS[3:]), now=NOW, count=97)
    assert (verdict.noted, verdict.asked, verdict.broken) == (("0", "1", "2"), (), "")


def test_after_a_day_the_source_is_asked() -> None:
    known = known_of(ITEMS, {0: NOW - DAY_S, 1: NOW - DAY_S / 2})
    verdict = judge_missing(compare(known, ITEMS[2:]), now=NOW, count=98)
    assert (verdict.noted, verdict.asked) == ((), ("0",))


def test_half_a_station_that_is_missing_is_a_broken_source() -> None:
    verdict = judge_missing(compare(known_of(ITEMS), ITEMS[50:]), now=NOW, count=50)
    assert verdict.broken == "50 of 100 recordings are missing at once"
    assert (verdict.noted, verdict.asked) == ((), ())


def test_a_count_that_does_not_fit_is_a_broken_list() -> None:
    verdict = judge_missing(compare(known_of(ITEMS), ITEMS[:99]), now=NOW, count=100)
    assert verdict.broken == "it says that it has 100 recordings, and lists 99"


def test_what_was_missing_and_is_listed_has_returned() -> None:
    comparison = compare(known_of(ITEMS, {0: 1.0}), ITEMS)
    assert (comparison.returned, comparison.changed, comparison.missing) == (1, 0, [])


def test_an_empty_list_of_an_emptied_station_is_broken_too() -> None:
    assert judge_missing(Comparison(known_of(ITEMS)), now=NOW, count=0).broken
    assert judge_missing(Comparison({}), now=NOW, count=0).broken == ""


@pytest.mark.parametrize(
    ("before", "after", "other"),
    [
        ("https://cdn.example/7.mp4?Expires=1&Signature=a", "https://cdn.example/7.mp4?Expires=2&Signature=b", False),
        ("https://cdn.example/7.mp4?X-Amz-Date=1&v=1", "https://cdn.example/7.mp4?X-Amz-Date=2&v=1", False),
        ("https://cdn.example/7.mp4?v=1", "https://cdn.example/7.mp4?v=2", True),
        ("https://cdn.example/get?id=7", "https://cdn.example/get?id=8", True),
        ("https://cdn.example/7.mp4", "https://cdn.example/7.mp4?token=a", False),
    ],
)
def test_a_ticket_in_an_address_makes_no_other_file(before, after, other) -> None:
    """It is noted, since the old one does not open any more; nothing is fetched again for it."""
    listed, now = (StationItem("7", "Show", url=url, length_s=9.0) for url in (before, after))
    (change,) = Comparison(known_of([listed])).to_changes([now], {"7": listed})
    assert (change.generation, change.other_media) == (1, other)
