"""`automagic --test`: try the real parts on this machine, in a folder of their own, and show a table."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.cli.trial.vendor_test import NotConfigured, Part, destination, painter, vendor
from automagic.destinations.shared.registry import destination_kinds
from automagic.errors import AutomagicError, RequestError
from automagic.machine.leaving import command_clock, run
from automagic.providers.shared.registry import engines_of, providers

if TYPE_CHECKING:
    from automagic.settings import Settings

SENTENCE = "This is a test of the voice, with 3 numbers: 7, 19 and 250."

SCRIPT = """# A short test

Two shots are enough to try every part.

This one has 42 percent of the words.
"""

MIN_FREE_GB = 2.0
MIN_MEMORY_GB = 1.5


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcome of one part; one that is not configured cannot fail."""

    group: str
    part: str
    passed: bool
    detail: str
    duration_s: float
    configured: bool = True


@dataclass(frozen=True, slots=True)
class AtHome:
    """A part that looks at the person's own folder: for its database, its sign-in, or to record what it spends."""

    part: Part

    async def __call__(self, settings: Settings, folder: Path) -> str:
        """Try it."""
        return await self.part(settings, folder)


class Failed(Exception):
    """A part does not do what it should; the message says how."""


async def _settings(settings: Settings, _folder: Path) -> str:
    return f"AUTOMAGIC_HOME={settings.home}"


async def _database(settings: Settings, _folder: Path) -> str:
    from automagic.services import open_services

    async with open_services(settings):
        return "opens and is up to date"


async def _names(settings: Settings, _folder: Path) -> str:
    from automagic.language.names.file import FILE_NAME, load_names

    count = len(load_names(settings.home).entries)
    return f"{count} in {FILE_NAME}" if count else f"no {FILE_NAME}, which is no fault"


async def _models(settings: Settings, _folder: Path) -> str:
    from automagic.weights import model_files

    statuses = [status for status in model_files.list_models(settings.home) if status.model.required]
    broken = [
        f"{status.model.name} is {status.state}" for status in statuses if status.state not in ("ready", "available")
    ]
    if broken:
        raise Failed(", ".join(broken) + "; run: automagic models install")
    return ", ".join(f"{status.model.name} {status.state}" for status in statuses)


async def _engines(_settings: Settings, _folder: Path) -> str:
    from automagic.machine.engines import ENGINES, OPTIONAL, find_lacking

    lacking = find_lacking(name for name in ENGINES if name not in OPTIONAL)
    if lacking:
        return "works without: " + " ".join(ENGINES[name].without for name in lacking)
    return ", ".join(engine.package for engine in ENGINES.values())


async def _ffmpeg(settings: Settings, folder: Path) -> str:
    from automagic.machine.processes import run_program
    from automagic.media.video.ffmpeg_program import identify_ffmpeg, locate_ffmpeg

    program = locate_ffmpeg(settings.ffmpeg_binary)
    await identify_ffmpeg(program)
    result = await run_program([program.path, "-hide_banner", "-version"], cwd=folder)
    return result.stdout.decode().splitlines()[0].split(" Copyright")[0]


async def _cards(_settings: Settings, folder: Path) -> str:
    from PIL import Image

    from automagic.media.design import cards
    from automagic.media.design.palette import derive_palette
    from automagic.media.design.platforms import group_platforms
    from automagic.media.design.theme_files import load_theme, theme_names
    from automagic.media.design.themes import Brand, Design
    from automagic.values.script import Card

    frame = group_platforms(["shorts"])[0].frame
    for name in theme_names():
        theme = load_theme(name)
        pixels = cards.draw_card_rgb(
            Card("statement", "Every theme draws this card", accent="card"),
            Design(theme, derive_palette("A test", mode=theme.mode), Brand()),
            frame,
            seed="test",
        )
        image = Image.fromarray(pixels)
        image.save(folder / f"{name}.bmp")
        image = image.convert("L")
        if len(image.getcolors() or range(41)) <= 40:
            raise Failed(f"the card of theme {name} is blank")
    return f"{len(theme_names())} themes drawn: {', '.join(theme_names())}"


def _narrator(name: str) -> Part:
    async def speak(settings: Settings, folder: Path) -> str:
        from automagic.language.speech.spoken import spoken_sentences
        from automagic.services import open_services

        async with open_services(settings) as services:
            narrator = services.narrator(name)
            target = folder / f"{name}.wav"
            sentence = spoken_sentences(SENTENCE)[0]
            voice = narrator.info.voices[0].name
            speech = await narrator.speak(sentence.text, target, voice=voice, language="en")
            alignment = await services.engines.aligner.align(target, sentence, language="en")
        return f"{speech.duration_s:.1f} s in voice {voice}; words timed: {alignment.method}"

    return speak


async def _sound(settings: Settings, folder: Path) -> str:
    from automagic.media.sound.mix import mix
    from automagic.media.sound.music import write_music
    from automagic.media.sound.parts import LoudnessGoal, Stems
    from automagic.media.video.ffmpeg_program import locate_ffmpeg

    write_music("test", duration_s=6.0, mood="calm", target=folder / "music.wav")
    report = await mix(
        [],
        duration_s=6.0,
        music=folder / "music.wav",
        target=folder / "mixed.m4a",
        goal=LoudnessGoal(),
        stems=Stems(folder, locate_ffmpeg(settings.ffmpeg_binary).path),
    )
    if abs(report.loudness_lufs + 14.0) > 0.5 or report.true_peak_dbtp > -1.0:
        raise Failed(f"{report.loudness_lufs:.1f} LUFS, {report.true_peak_dbtp:.1f} dBTP")
    return f"composed and mixed: {report.loudness_lufs:.1f} LUFS, {report.true_peak_dbtp:.1f} dBTP"


async def _video(settings: Settings, folder: Path) -> str:
    from automagic.products.video.request import VideoRequest
    from automagic.studio import open_studio

    script = folder / "script.md"
    script.write_text(SCRIPT)
    async with open_studio(settings) as studio:
        result = await studio.video(VideoRequest(script=str(script), out=folder / "result", draft=True))
    report = next(iter(result.quality.values()))
    failed = [measure.name for measure in report.measures if measure.verdict == "fail"]
    if failed:
        raise Failed("did not pass: " + ", ".join(failed))
    return f"{result.duration_s:.1f} s of video made and measured ({len(report.measures)} measures)"


async def _processor(settings: Settings, _folder: Path) -> str:
    import os

    return f"{os.cpu_count()} cores, {settings.render_slots} used at once"


async def _memory(_settings: Settings, _folder: Path) -> str:
    import psutil

    free = psutil.virtual_memory().available / 2**30
    if free < MIN_MEMORY_GB:
        raise Failed(f"{free:.1f} GB are free; a video needs {MIN_MEMORY_GB} GB")
    return f"{free:.1f} GB free"


async def _disk(settings: Settings, _folder: Path) -> str:
    import psutil

    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = psutil.disk_usage(str(place)).free / 2**30
    if free < MIN_FREE_GB:
        raise Failed(f"{free:.1f} GB are free under {place}; {MIN_FREE_GB} GB are needed")
    return f"{free:.1f} GB free"


def _groups() -> dict[str, dict[str, Part]]:
    """Every part by group and name: providers and destinations as they declare themselves."""
    # Two providers of one vendor, such as pexels and pexels-clips, share an account.
    vendors = {name: vendor(name) for name, entry in providers().items() if entry.network and not entry.account}
    channels = {name: destination(kind) for name, kind in destination_kinds().items() if kind.form == name}
    return {
        "config": {
            "settings": AtHome(_settings),
            "database": AtHome(_database),
            "names": AtHome(_names),
            "models": _models,
            "engines": _engines,
            "ffmpeg": _ffmpeg,
        },
        "images": {"cards": _cards, "painter": AtHome(painter)},
        "audio": {**{name: _narrator(name) for name in engines_of("narrator")}, "sound": _sound},
        "video": {"video": _video},
        "resources": {"processor": _processor, "memory": _memory, "disk": AtHome(_disk)},
        "api": {**vendors, **{name: AtHome(part) for name, part in channels.items()}},
    }


def test_parts(what: str, *, as_json: bool) -> None:
    """Try the parts of one group, or of all, and print a table.

    Raises:
        RequestError: There is no such group.
        typer.Exit: With code 1 when a part failed.
    """
    import typer

    from automagic.settings import load_settings

    groups = _groups()
    if what != "all":
        if what not in groups:
            raise RequestError(f"--test {what}: there is no such test", hint="Tests: " + ", ".join([*groups, "all"]))
        groups = {what: groups[what]}
    trials = run(_try_all(load_settings(), groups), clock=command_clock())
    if as_json:
        document: dict[str, Any] = {
            "passed": all(trial.passed for trial in trials),
            "trials": [msgspec.to_builtins(trial) for trial in trials],
        }
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(document)).decode() + "\n")
    else:
        _print(trials)
    if not all(trial.passed for trial in trials):
        raise typer.Exit(1)


async def _try_all(settings: Settings, groups: dict[str, dict[str, Part]]) -> list[Trial]:
    """Try each part with an empty memory of its own, so that it really works, and with the installed models."""
    trials = []
    with tempfile.TemporaryDirectory(prefix="automagic-test-") as temporary:
        folder = Path(temporary)
        home = folder / "home"
        home.mkdir()
        (settings.home / "models").mkdir(parents=True, exist_ok=True)
        (home / "models").symlink_to(settings.home / "models")
        apart = replace(settings, automagic_home=home)
        for group, parts in groups.items():
            for name, part in parts.items():
                started = time.perf_counter()
                own = settings if isinstance(part, AtHome) else apart
                configured = True
                try:
                    detail, passed = await part(own, folder), True
                except NotConfigured as error:
                    detail, passed, configured = f"not configured ({error})", True, False
                except Failed as error:
                    detail, passed = str(error), False
                except AutomagicError as error:
                    detail, passed = f"{error.message.removesuffix('.')}. {error.hint}".strip(), False
                trials.append(Trial(group, name, passed, detail, time.perf_counter() - started, configured))
    return trials


def _print(trials: list[Trial]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    table.add_column("Part", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("What was found")
    table.add_column("s", justify="right", no_wrap=True)
    for trial in trials:
        verdict = "[red]fails[/red]" if not trial.passed else "[green]works[/green]" if trial.configured else "–"
        table.add_row(f"{trial.group}: {trial.part}", verdict, Text(trial.detail), f"{trial.duration_s:.1f}")
    Console(emoji=False).print(table)
