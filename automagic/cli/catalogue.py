"""`automagic voices` and `automagic themes`: what there is to choose from, to be heard and to be seen."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.options import JsonOption, print_json
from automagic.cli.tables import draw_table
from automagic.errors import RequestError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from automagic.media.design.themes import Theme
    from automagic.settings import Settings

FEW = 8
"""So many languages are named; of more, their number."""

SAYINGS = {
    "en": "Hello. This is how I tell a story: one idea at a time, in 45 seconds.",
    "de": "Guten Tag. So erzähle ich eine Geschichte: einen Gedanken nach dem anderen.",
    "es": "Hola. Así cuento una historia: una idea cada vez.",
    "fr": "Bonjour. Voici comment je raconte une histoire : une idée à la fois.",
    "it": "Ciao. Così racconto una storia: un'idea alla volta.",
    "pt": "Olá. É assim que conto uma história: uma ideia de cada vez.",
}
"""What a voice says of itself when nobody gives it words."""

CARD_PX = (360, 640)
"""Width and height of a card on the sheet of a theme."""

PLAYERS = (("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"), ("afplay",), ("paplay",), ("aplay", "-q"))
"""Programs that play a sound file; the first that is there is taken."""

NameArgument = Annotated[str, typer.Argument(metavar="[NAME]", help="One of them.", show_default=False)]
OutOption = Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="Where the sample goes.")]


def voices_command(
    name: NameArgument = "",
    say: Annotated[str, typer.Option(metavar="TEXT", help="What it says.")] = "",
    out: OutOption = "",
    language: Annotated[str, typer.Option(metavar="TAG", help="Of what it says; its own by default.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Show the voices there are; with a name, let one speak.

    It speaks into a WAV file, NAME.wav if not said otherwise, which is played where there is a player.
    """
    from automagic.machine.leaving import command_clock, run
    from automagic.settings import load_settings

    settings = load_settings()
    if not name:
        _refuse_sample("--say", say, out, language)
        _show_voices(settings, as_json=as_json)
        return
    target = Path(out or f"{name.replace(':', '-')}.wav")
    try:
        sample = run(_speak(name, say, language, target.absolute(), settings), clock=command_clock())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    if as_json:
        print_json({**sample, "file": str(target)})
        return
    print(target)  # noqa: T201 - the result
    _play(target)


def themes_command(name: NameArgument = "", out: OutOption = "", as_json: JsonOption = False) -> None:
    """Show the themes there are; with a name, draw its cards.

    They are drawn into a PNG file, NAME.png if not said otherwise. A folder with a theme of your own is a name too.
    """
    from automagic.media.design.theme_files import load_theme, theme_names
    from automagic.settings import load_settings

    if name:
        theme = load_theme(name)
        target = Path(out or f"{theme.name}.png")
        _write(target, _draw_sheet(theme, load_settings()))
        if as_json:
            print_json({"name": theme.name, "file": str(target)})
        else:
            print(target)  # noqa: T201 - the result
        return
    _refuse_sample("--out", out)
    themes = [load_theme(one) for one in theme_names()]
    if as_json:
        facts = ("name", "label", "mode", "motion", "transition")
        print_json(
            {
                "themes": [
                    {fact: getattr(one, fact) for fact in facts} | {"folder": str(one.folders[0])} for one in themes
                ]
            }
        )
        return
    rows = [["THEME", "GROUND", "MOTION", "JOINS", "WHAT"]]
    rows += [[one.name, one.mode, one.motion, one.transition, one.label] for one in themes]
    for line in draw_table(rows, heading=True):
        print(line)  # noqa: T201 - the result
    sys.stderr.write("`automagic themes NAME` draws its cards into NAME.png.\n")


def _refuse_sample(flag: str, *given: str) -> None:
    if any(given):
        raise RequestError(f"{flag} is for one of them", hint="Give its name too.")


def _show_voices(settings: Settings, *, as_json: bool) -> None:
    from automagic.stages.voices import embedded_narrators, list_voices

    voices = list_voices(settings)
    if as_json:
        print_json({"voices": [asdict(voice) for voice in voices]})
        return
    rows = [["VOICE", "NARRATOR", "LANGUAGE", "STATE", "WHAT", "LICENCE"]]
    rows += [[one.name, one.narrator, one.language, one.state, one.description, one.licence] for one in voices]
    for line in draw_table(rows, heading=True):
        print(line)  # noqa: T201 - the result
    for info in embedded_narrators(settings):
        native = {voice.language.partition("-")[0] for voice in info.voices}
        if more := [tag for tag in info.languages if tag not in native]:
            told = ", ".join(more) if len(more) <= FEW else f"{len(more)} more languages"
            print(f"{info.name} also speaks {told}: --voice {info.name} --language {more[0]}")  # noqa: T201 - the result
    for hint in dict.fromkeys(f"{voice.narrator} {voice.state}: {voice.hint}" for voice in voices if voice.hint):
        print(hint)  # noqa: T201 - the result
    sys.stderr.write("`automagic voices NAME` lets one speak.\n")


async def _speak(name: str, say: str, language: str, target: Path, settings: Settings) -> dict[str, Any]:
    """Say something with a voice of this machine; gives what was said, by whom and how long.

    Raises:
        RequestError: There is no such voice, it does not speak the language, or it is a vendor's.
    """
    from automagic.language.speech.spoken import spoken_sentences
    from automagic.providers.shared.registry import providers
    from automagic.stages.languages import primary_language
    from automagic.stages.voices import find_voice

    info = find_voice(name, settings)
    if info is None:
        raise RequestError(
            f"{name} is a voice of a vendor, whose every sentence is paid for", hint="Hear it on the vendor's page."
        )
    own = name.partition(":")[2] or (name if name != info.name else info.voices[0].name)
    voice = next(one for one in info.voices if one.name == own)
    tag = primary_language(language or voice.language.partition("-")[0])
    if not say and tag not in SAYINGS:
        raise RequestError(f"there is nothing to say in {tag!r}", hint='Give it words: --say "…".')
    said = " ".join(one.text for one in spoken_sentences(say or SAYINGS[tag], language=tag))
    start = providers()[info.name].kinds["narrator"].start
    assert start is not None  # noqa: S101 - who asks no server is started
    narrator = start(settings)
    try:
        speech = await narrator.speak(said, target, voice=voice.name, language=tag)
    finally:
        await narrator.close()
    return {"voice": voice.name, "narrator": info.name, "language": tag, "said": said, "duration_s": speech.duration_s}


def _play(sound: Path) -> None:
    """Where somebody sits at a terminal that can."""
    found = next(((shutil.which(one[0]), one[1:]) for one in PLAYERS if shutil.which(one[0])), None)
    if found and found[0] and sys.stdout.isatty():
        subprocess.run([found[0], *found[1], str(sound)], check=False, stderr=subprocess.DEVNULL)


def _draw_sheet(theme: Theme, settings: Settings) -> NDArray[np.uint8]:
    """Six cards as a video would have them, upright, two rows; RGB."""
    import cv2
    import numpy as np

    from automagic.media.design.cards import draw_card_rgb
    from automagic.media.design.platforms import group_platforms
    from automagic.media.design.themes import Brand, Design
    from automagic.values.script import Card, Figure

    nile, rhine = Figure("6,650", "", "km", "Nile", magnitude=6650), Figure("1,230", "", "km", "Rhine", magnitude=1230)
    cards = (
        Card("title", "Why rivers bend", accent="bend", kicker="Nature in a minute"),
        Card("statement", "Water takes the longer way", accent="longer", detail="Its bends grow until they meet."),
        Card("number", "", figures=(Figure("71", "", "%", "of the Earth is under water", share=0.71, magnitude=71),)),
        Card("list", "What a bend does", items=("Takes from one bank", "Gives to the other", "Moves downstream")),
        Card("quote", "No one steps into the same river twice", speaker="Heraclitus"),
        Card("comparison", "The Nile is longer", figures=(nile, rhine)),
    )
    (group,) = group_platforms(["shorts"])
    brand = Brand(name=settings.brand_name, handle=settings.brand_handle, font=settings.brand_font)
    design = Design(theme, theme.palette("Why rivers bend", settings.brand_colors), brand)
    pictures = [draw_card_rgb(card, design, group.frame, seed=card.layout, overscan=1.0) for card in cards]
    small = [cv2.resize(picture, CARD_PX, interpolation=cv2.INTER_AREA) for picture in pictures]
    sheet: NDArray[np.uint8] = np.vstack([np.hstack(small[:3]), np.hstack(small[3:])]).astype(np.uint8)
    return sheet


def _write(target: Path, picture: NDArray[np.uint8]) -> None:
    """As PNG, complete or not at all."""
    import cv2

    _, data = cv2.imencode(".png", picture[:, :, ::-1])
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(bytes(data))
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise RequestError(
            f"{target} cannot be written: {error.strerror}", hint="Choose another file with -o."
        ) from error
