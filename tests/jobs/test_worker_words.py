"""What a worker says of its jobs: what each makes, how far it is, how it ended and where the result is."""

from __future__ import annotations

import io
import logging
import re
import sys

import pytest
from rich.console import Console

from automagic.cli.jobs.screen import _Screen, show_jobs
from automagic.cli.jobs.worker import describe_shift
from automagic.errors import ConfigurationError, MediaError
from automagic.jobs.telling import JobName, Shift, look_away, told
from automagic.machine.logs import write_line
from automagic.settings import Settings
from automagic.values.events import Notice, StepFinished, StepsPlanned, StepStarted

JOB = JobName("20261130-111927-f689d2fd7a36", "video", "article.md", "monday")


def lines_of(
    result: dict[str, object], failure: Exception | None = None, job: JobName = JOB
) -> tuple[list[str], Shift]:
    lines: list[str] = []
    shift = Shift()

    def make() -> None:
        with told(job, lines.append, look_away, shift) as telling:
            if failure:
                raise failure
            telling.result = result

    if failure:
        with pytest.raises(type(failure)):
            make()
    else:
        make()
    return [re.sub(r"\d+\.\d s", "9.9 s", line) for line in lines], shift


def test_a_job_is_named_by_its_key_and_title_and_its_result_by_its_place():
    made = {"title": "Why trees cool", "folder": "/home/results/key-1", "files": {"video.mp4": []}}
    lines, shift = lines_of(made)
    assert lines == [
        "monday begins: article.md.",
        "monday succeeded in 9.9 s: Why trees cool.",
        "Its result is in /home/results/key-1; `automagic jobs fetch monday --out DIR` copies it.",
    ]
    assert shift.succeeded == 1
    assert lines_of({"files": {}}, job=JobName("20261130", "archive"))[0] == [
        "20261130 begins: archive.",
        "20261130 succeeded in 9.9 s: archive.",
    ]


def test_a_failure_says_what_to_try_and_a_fault_of_ours_where_it_came_from():
    lines, shift = lines_of({}, ConfigurationError("there is no key.", hint="Set OPENAI_API_KEY."))
    assert lines[1:] == ["monday refused: there is no key. Set OPENAI_API_KEY."]
    lines, shift = lines_of({}, MediaError("it is damaged"))
    assert lines[1:] == ["monday failed: it is damaged."]
    assert (shift.failed, shift.refused) == (1, 0)
    lines, _ = lines_of({}, ZeroDivisionError("a fault"))
    assert "Traceback" in lines[2]


def test_where_nobody_watches_each_stage_of_a_job_is_a_short_line(home, monkeypatch):
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    with show_jobs(Settings(automagic_home=home), "worker") as onlook, onlook(JOB) as listen:
        listen(StepsPlanned("speak", 2))
        for subject in "ab":
            listen(StepStarted("speak", subject))
            listen(StepFinished("speak", subject, hit=False, duration_s=1.0))
        listen(Notice("a picture was left out"))
        write_line("run", logging.INFO, "step made", {"step": "speak"})
        listen(StepFinished("join", "shorts", hit=True, duration_s=0.0))
    assert [line.partition(" ")[2] for line in shown.getvalue().splitlines()] == [
        "monday: Speak: 2 made, 0:00 to 0:00",
        "monday: note: a picture was left out",
        "monday: Join the video: kept",
    ]


def test_on_a_terminal_the_jobs_under_way_are_drawn_with_their_titles_and_then_gone():
    screen = _Screen(cores=2)
    screen.is_live = True
    console = Console(width=60, force_terminal=True, color_system=None)
    with screen.onlook(JOB) as listen, screen.onlook(JobName("other", "unknown", "b.md")):
        listen(StepsPlanned("render", 9))
        with console.capture() as capture:
            console.print(screen.draw(console))
    shown = capture.get()
    assert "article.md (monday)" in shown
    assert "b.md (other)" in shown
    assert re.search(r"Render the shots .* 0/9", shown)
    with console.capture() as capture:
        console.print(screen.draw(console))
    assert capture.get().strip() == ""


def test_what_a_worker_did_is_one_line():
    told = describe_shift(Shift("w", succeeded=2, refused=1))
    assert told == "2 succeeded, 1 refused. `automagic jobs list` shows where each result is."
    assert describe_shift(Shift("w")) == "Nothing was waiting."
