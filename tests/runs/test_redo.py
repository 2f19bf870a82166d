"""What `--redo` may name: every step of the product and nothing else."""

from __future__ import annotations

import check_project
import pytest
from step_fingerprints import Project

from automagic.errors import RequestError
from automagic.jobs.kinds import find_kind
from automagic.products import kind_names, steps_of
from automagic.products.clips.request import ClipsRequest
from automagic.products.video.request import VideoRequest
from automagic.runs.redo import Redos

STEPS = {kind: steps_of(find_kind(kind).operation) for kind in kind_names()}


def test_every_step_that_is_written_belongs_to_a_product():
    written = [name for name, _, _ in Project.of_folder(check_project.PACKAGE).steps]
    assert sorted(written) == sorted({step.name for steps in STEPS.values() for step in steps})


@pytest.mark.parametrize("kind", STEPS)
def test_every_step_of_a_product_can_be_named(kind):
    names = {step.name for step in STEPS[kind]}
    assert Redos(names, names).names == names


@pytest.mark.parametrize("kind", ["video", "clips"])
def test_what_both_make_by_the_same_steps_can_be_named_in_both(kind):
    assert {"join", "sign"} <= {step.name for step in STEPS[kind]}


@pytest.mark.parametrize(
    ("redo", "meant"),
    [("clip-thumbnial", "clip-thumbnail"), ("pick_still", "pick-still"), ("Check-Clip", "check-clip"), ("speak", "")],
)
def test_what_is_no_step_of_clips_is_refused_when_the_job_is_added(redo, meant):
    with pytest.raises(RequestError, match=f"--redo {redo}: there is no such step") as caught:
        find_kind("clips").pack(ClipsRequest("none.mp4", redo=(redo,)))
    assert (f"Did you mean {meant}? Steps: " in caught.value.hint) if meant else "mean" not in caught.value.hint


def test_what_is_no_step_of_a_video_is_refused_when_the_job_is_added():
    with pytest.raises(RequestError, match="no such step") as caught:
        find_kind("video").pack(VideoRequest(topic="Tides", redo=("speek:one",)))
    assert caught.value.hint.startswith("Did you mean speak? Steps: align, ")
    find_kind("video").pack(VideoRequest(topic="Tides", redo=("speak:one", "join")))


def test_a_subject_that_a_run_does_not_have_is_refused_in_the_products_own_word():
    with pytest.raises(RequestError, match="there is no clip 'why-ships'") as caught:
        Redos(["film:why-ships"], {"film"}).expect(["why-ships-float", "tides"], what="clip")
    assert caught.value.hint == "Did you mean why-ships-float? There are: tides, why-ships-float."
    Redos(["film:tides"], {"film"}).expect(["tides"], what="clip")
