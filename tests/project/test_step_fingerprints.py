"""A step's fingerprint changes when the code that it names changes, and for nothing else."""

from __future__ import annotations

import json
import re

import check_project
import pytest
from step_fingerprints import Project, read_sources, read_words

STEPS = """
from automagic.media.warp import zoom
from automagic.media import pace
from automagic.runs.steps import step

LARGEST = 3

def _checked(value):
    return min(value, LARGEST)

@step("render", 1)
async def render(context, value):
    return zoom(_checked(value))

@step("speak", 1, forecast=lambda value: value)
async def speak(context, value):
    from automagic.media.voice import say
    return say(value, pace.WORDS)
"""
TOY = {
    "automagic.products.video.film": STEPS,
    "automagic.media.warp": """
import numpy
SCALE = {}
SCALE['x'] = 2
def zoom(v):
    return numpy.dot(v, SCALE['x'])
""",
    "automagic.media.pace": "WORDS = 150\nUNUSED = 1\n",
    "automagic.media.voice": """
class Voice:
    def say(self, v): return v
def say(v, w):
    return Voice().say(v)
""",
    "automagic.runs.steps": "def step(*names, **options):\n    return lambda function: function\n",
}


WORDS = read_words(check_project.PACKAGE)


def fingerprints(sources: dict[str, str]) -> dict[str, str]:
    project = Project(sources, WORDS)
    return {name: project.fingerprint(function) for name, _, function in project.steps}


def changed(sources: dict[str, str], before: dict[str, str]) -> set[str]:
    now = fingerprints(sources)
    assert set(now) == set(before)
    return {name for name in now if now[name] != before[name]}


def toy(module: str, old: str, new: str) -> dict[str, str]:
    """The toy package with one edit."""
    assert old in TOY[module]
    return {**TOY, module: TOY[module].replace(old, new)}


@pytest.mark.parametrize(
    ("module", "old", "new", "steps"),
    [
        ("automagic.products.video.film", "LARGEST = 3", "LARGEST = 4", {"render"}),
        ("automagic.products.video.film", "return min(value", "return max(value", {"render"}),
        ("automagic.media.warp", "SCALE['x'] = 2", "SCALE['x'] = 3", {"render"}),
        ("automagic.media.warp", "import numpy\n", "import cupy as numpy\n", {"render"}),
        ("automagic.media.pace", "WORDS = 150", "WORDS = 160", {"speak"}),
        ("automagic.media.voice", "def say(self, v): return v", "def say(self, v): return v * 2", {"speak"}),
        ("automagic.media.pace", "UNUSED = 1", "UNUSED = 2", set()),
        ("automagic.media.pace", "WORDS = 150", "WORDS = 150  # a minute", set()),
        ("automagic.media.voice", "class Voice:\n", 'class Voice:\n    """It speaks."""\n', set()),
        ("automagic.products.video.film", "forecast=lambda value: value", "forecast=lambda value: 0", set()),
        ("automagic.runs.steps", "lambda function: function", "print", set()),
    ],
)
def test_only_the_steps_that_name_changed_code_have_another_fingerprint(module, old, new, steps):
    assert changed(toy(module, old, new), fingerprints(TOY)) == steps


def test_a_changed_word_list_is_a_change_and_a_comment_in_it_is_none():
    def mark(words: str) -> str:
        speak = "SAID = words('said')\n@step('speak', 1)\nasync def speak(c):\n    return SAID\n"
        film = f"from automagic.data import words\n{speak}"
        sources = {"automagic.stages.speech": film, "automagic.data": "def words(name): ..."}
        project = Project(sources, {"said": words})
        return project.fingerprint(project.steps[0][2])

    assert mark("a = 1 # one") == mark("a = 1") != mark("a = 2")


def test_two_constants_that_change_places_are_a_change():
    def package(first: str, second: str) -> dict[str, str]:
        step = f"@step('mix', 1)\nasync def mix(c):\n    return {first} - {second}\n"
        film = f"from automagic.media.pace import A, B\n{step}"
        return {"automagic.products.video.film": film, "automagic.media.pace": "A = 1\nB = 2\n"}

    assert changed(package("B", "A"), fingerprints(package("A", "B"))) == {"mix"}


def test_a_local_name_does_not_stand_for_a_constant_of_its_module():
    body = "WIDTH = 1\n@step('cut', 1)\nasync def cut(c, WIDTH):\n    return [f for f in WIDTH]\n"
    before = fingerprints({"automagic.products.video.film": body})
    assert changed({"automagic.products.video.film": body.replace("WIDTH = 1", "WIDTH = 2")}, before) == set()


def test_a_moved_module_and_renamed_definitions_change_nothing():
    moved = {name.replace("media.warp", "media.rendering.zoom"): source for name, source in TOY.items()}
    moved["automagic.products.video.film"] = STEPS.replace(
        "from automagic.media.warp import zoom", "from automagic.media.rendering.zoom import enlarge as zoom"
    ).replace("_checked", "_within_limits")
    moved["automagic.media.rendering.zoom"] = moved["automagic.media.rendering.zoom"].replace("zoom", "enlarge")
    # What a step imported inside itself it may import above, and the other way about.
    moved["automagic.products.video.film"] = "from automagic.media.voice import say\n" + moved[
        "automagic.products.video.film"
    ].replace("    from automagic.media.voice import say\n", "")
    assert changed(moved, fingerprints(TOY)) == set()


PACKAGE = read_sources(check_project.PACKAGE)
"""The real package, to be edited in memory."""


@pytest.fixture(scope="module")
def real() -> dict[str, str]:
    return fingerprints(PACKAGE)


def edited(module: str, old: str, new: str) -> dict[str, str]:
    assert old in PACKAGE[module]
    return {**PACKAGE, module: PACKAGE[module].replace(old, new)}


@pytest.mark.parametrize(
    ("module", "old", "new", "steps"),
    [
        # It is an argument of its step, and so in the key: no code has to be another one.
        ("automagic.stages.picture_steps", "OVERSCAN = 1.10", "OVERSCAN = 1.30", set()),
        ("automagic.media.design.cards.elements", "_COUNT_STEPS = 16", "_COUNT_STEPS = 9", {"draw"}),
        ("automagic.media.rendering.card_frames", "_OVERSHOOT = 1.2", "_OVERSHOOT = 1.7", {"render", "transition"}),
        (
            "automagic.products.video.steps",
            "def _check_picture(report: SegmentReport, subject: str) -> None:\n",
            "def _check_picture(report: SegmentReport, subject: str) -> None:\n    return\n",
            {"render", "transition"},
        ),
        (
            "automagic.stages.look",
            "def open_design(services: Services, store: ArtifactStore, look: Look) -> Design:\n",
            "def open_design(services: Services, store: ArtifactStore, look: Look) -> Design:\n    print()\n",
            {"draw", "draw-ground", "paint-ground", "thumbnail", "clip-thumbnail", "podcast-thumbnail"},
        ),
        # Embedded writers, which are found by the provider's name when the step runs.
        ("automagic.providers.local.extract.telling", "_REPEATS = 0.75", "_REPEATS = 0.5", {"write"}),
        (
            "automagic.providers.local.outline.engine",
            "    subject = clean_topic(topic)\n",
            "    subject = topic\n",
            {"write"},
        ),
    ],
)
def test_edits_of_the_package_demand_new_versions_of_the_right_steps(real, module, old, new, steps):
    assert changed(edited(module, old, new), real) == steps


def test_moving_and_renaming_in_the_package_demands_none(real):
    def rewritten(source: str) -> str:
        source = re.sub(r"automagic\.media\.video\.encode\b", "automagic.media.rendering.encoding", source)
        source = re.sub(r"\b_check_picture\b", "_refuse_a_broken_picture", source)
        return re.sub(r"\bSegmentReport\b", "PictureReport", source)

    moved = {
        name.replace("automagic.media.video.encode", "automagic.media.rendering.encoding"): rewritten(source)
        for name, source in PACKAGE.items()
    }
    assert moved != PACKAGE
    assert changed(moved, real) == set()


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A package with one step on disk, and a function that edits it and says what the check says."""
    package = tmp_path / "automagic"
    (package / "products").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    monkeypatch.setattr(check_project, "ROOT", tmp_path)
    monkeypatch.setattr(check_project, "PACKAGE", package)
    monkeypatch.setattr(check_project, "LOCK", tmp_path / "tests" / "steps.lock.json")

    def check(version: int, result: int, *, accept: bool = False) -> list[str]:
        code = f"@step('render', {version})\nasync def render(context):\n    return {result}\n"
        (package / "products" / "film.py").write_text(code)
        return list(check_project.check_steps(accept=accept))

    check(1, 1)
    return check


def test_a_changed_step_needs_a_new_version_or_a_declaration(project):
    assert project(1, 1) == []
    assert "step render: its code changed" in project(1, 2)[0]
    assert "written anew" in project(2, 2)[0]
    assert project(2, 2) == []
    assert project(2, 3, accept=True) == []
    assert project(2, 3) == []
    assert project(1, 3) == ["step render: its version went back"]


def test_the_lock_keeps_what_it_knows_while_a_step_is_at_fault(project, tmp_path):
    lock = tmp_path / "tests" / "steps.lock.json"
    before = lock.read_text()
    project(1, 2)
    assert lock.read_text() == before
    assert json.loads(before)["render"]["version"] == 1
