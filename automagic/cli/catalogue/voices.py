"""`automagic voices`: the voices there are, and how one sounds."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.catalogue.samples import NameArgument, OutOption, play, refuse_sample
from automagic.cli.options import JsonOption, print_json
from automagic.cli.tables import draw_table
from automagic.errors import RequestError

if TYPE_CHECKING:
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
        refuse_sample("--say", say, out, language)
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
    play(target)


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
