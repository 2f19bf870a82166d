"""What a run prints while it works where nobody watches, and the table at its end."""

from __future__ import annotations

import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from automagic.cli.display import Progress, show_progress
from automagic.cli.printers.video import list_remarks
from automagic.products import find_product
from automagic.values.events import Event, StepFinished, StepsPlanned, StepStarted
from automagic.values.report import Measure, QualityReport

LABELS = find_product("video").labels


def lines_of(*events: Event, planning: bool = False) -> list[str]:
    written = io.StringIO()
    with show_progress(Console(file=written), cores=2, labels=LABELS, planning=planning) as (_, listen):
        for event in events:
            listen(event)
    return written.getvalue().splitlines()


def kept(name: str, number: int) -> list[Event]:
    return [StepFinished(name, str(one), hit=True, duration_s=0.0) for one in range(number)]


def made(name: str, number: int) -> list[Event]:
    return [
        event
        for one in range(number)
        for event in (StepStarted(name, str(one)), StepFinished(name, str(one), hit=False, duration_s=1.0))
    ]


def test_a_run_that_did_nothing_has_a_line_for_each_stage():
    events = [*kept("write", 1), *kept("design", 9), StepsPlanned("speak", 9), *kept("speak", 9), *kept("check", 1)]
    assert lines_of(*events) == [
        "Write the script: kept",
        "Design the cards: 9 kept",
        "Speak: 9 kept",
        "Measure the result: kept",
    ]
    assert lines_of(*events, planning=True) == []


def test_a_stage_is_told_of_as_soon_as_it_is_complete_and_counts_what_comes_later_for_itself():
    later = [StepsPlanned("speak", 2), *kept("speak", 1), *made("speak", 1)]
    assert lines_of(StepsPlanned("speak", 2), *made("speak", 2), *kept("join", 1), *later) == [
        "Speak: 2 made, 0:00 to 0:00",
        "Speak: 1 made, 1 kept, 0:00 to 0:00",
        "Join the video: kept",
    ]


def test_a_stage_that_is_still_at_work_when_the_run_fails_tells_what_it_has():
    with_one_under_way = [StepsPlanned("render", 3), *made("render", 1), StepStarted("render", "9")]
    assert lines_of(*with_one_under_way) == ["Render the shots: made, 0:00 to 0:00"]


NAMES = ["write", "design", "speak", "render", "join"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), max_size=40))
def test_every_step_is_told_of_exactly_once(steps):
    planned = [StepsPlanned(name, sum(one == name for one, _ in steps)) for name in ("speak", "render")]
    events = itertools.chain.from_iterable(kept(name, 1) if hit else made(name, 1) for name, hit in steps)
    lines = lines_of(*planned, *events)
    for name in NAMES:
        own = [line for line in lines if line.startswith(f"{LABELS[name]}: ")]
        told = sum(
            int(part.split()[0]) if part[0].isdigit() else 1
            for line in own
            for part in line.partition(": ")[2].split(", ")
            if " to " not in part
        )
        assert told == sum(one == name for one, _ in steps)
        assert len(own) <= 1 or name not in ("speak", "render")


def test_the_times_of_stages_lie_within_the_run_however_many_are_done_at_the_same_time():
    progress = Progress(cores=4)
    for event in (StepStarted("a", "1"), StepStarted("a", "2"), StepStarted("b", "")):
        progress.take(event)
    for event in (StepFinished("a", "1", False, 90.0), StepFinished("a", "2", False, 90.0)):
        progress.take(event)
    progress.take(StepFinished("b", "", False, 90.0))
    progress.end()
    assert progress.stages["a"].busy_s == 180.0
    for began_s, ended_s in progress.spans.values():
        assert 0.0 <= began_s <= ended_s <= round(progress.elapsed_s, 3)
    assert progress.elapsed_s == pytest.approx(progress.ended - progress.started)
    assert progress.elapsed_s < 90.0


@pytest.mark.parametrize("own", [True, False])
def test_fast_captions_are_told_of_only_to_who_can_change_the_words_and_with_what_to_do(own):
    speed = Measure("reading_speed", 26.04, "≤ 21 characters/s", "flag", "“and the water” at 8.86 s")
    others = (Measure("colors", "bt601", "bt709", "flag", ""), Measure("frames", 9, "9 ± 1", "pass", ""))
    calm = Measure("colors", "bt709", "bt709", "pass")
    reports = [QualityReport((speed, *others)), QualityReport((speed, calm))]
    told = list_remarks(reports, own_script=own)
    assert "Check colors: bt601 (expected bt709)" in told
    assert [("26 characters a second" in line, "--voice" in line) for line in told if "Captions" in line] == [
        (True, True)
    ] * own
    assert len(told) == 1 + own
