"""`automagic say`: how words are said, by which voice, and which names of `names.toml` had a part in it."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.catalogue.samples import find_player, play
from automagic.cli.options import JsonOption, print_json
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.language.names.entries import NameEntry
    from automagic.providers.local.shared.speech import NarratorInfo
    from automagic.settings import Settings


@dataclass(frozen=True, slots=True)
class Saying:
    """How words are said.

    Attributes:
        said: The words as the voice is given them.
        phonemes: In IPA; "" where the voice does not tell.
        names: Those of the list that stand in the words, and what of each is used: "say_ipa", "say" or "".
        notice: What the voice cannot do; mostly empty.
        duration_s: Of its sound; 0 where none was made.
    """

    text: str
    said: str
    phonemes: str
    names: tuple[tuple[NameEntry, str], ...]
    voice: str
    narrator: str
    language: str
    notice: str
    duration_s: float = 0.0


def say_command(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="A word or a sentence.", show_default=False)],
    voice: Annotated[str, typer.Option(metavar="VOICE", help="Who says it; see `automagic voices`.")] = "",
    language: Annotated[str, typer.Option(metavar="TAG", help="Of the words.")] = "",
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE.wav", help="Write it into a WAV file.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Show how words are said, names.toml included, and play them.

    They are played where there is a player and a terminal; --out writes them into a file instead.
    """
    from automagic.language.names.file import FILE_NAME
    from automagic.machine.leaving import command_clock, run
    from automagic.settings import load_settings

    settings = load_settings()
    words = " ".join(" ".join(text).split())
    player = find_player()
    with tempfile.TemporaryDirectory(prefix="automagic-") as folder:
        heard = Path(folder) / "said.wav"
        target = Path(out).absolute() if out else heard if player and not as_json else None
        try:
            saying = run(_say(words, voice, language, target, settings), clock=command_clock())
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        if as_json:
            print_json(_document(saying, out))
            return
        _show(saying, settings.home / FILE_NAME)
        if out:
            print(out)  # noqa: T201 - the result
        elif not (player and play(heard)):
            sys.stderr.write("It is not played here; --out FILE.wav writes it.\n")


async def _say(text: str, wanted: str, language: str, target: Path | None, settings: Settings) -> Saying:
    """How it is said; written to `target` where there is one.

    Raises:
        RequestError: There is nothing to say, no such voice, or it does not speak the language.
        ConfigurationError: `names.toml` is wrong, or a model is missing.
    """
    from automagic.language.names.file import load_names
    from automagic.language.speech.spoken import sounds_in, spoken_sentences
    from automagic.providers.shared.registry import providers
    from automagic.stages.voices import tell_unsaid

    info, name, tag = _choose(wanted, language, settings)
    names = load_names(settings.home).of(text)
    said = " ".join(one.text for one in spoken_sentences(text, language=tag, names=names))
    if not said:
        raise RequestError(f"there is nothing to say in {text!r}", hint="Give it words.")
    stated = sounds_in(said, names, tag)
    sounds = stated if info.own_sounds else ()
    start = providers()[info.name].kinds["narrator"].start
    assert start is not None  # noqa: S101 - who asks no server is started
    narrator = start(settings)
    try:
        phonemes = await narrator.phonemes(said, voice=name, language=tag, sounds=sounds)
        duration_s = 0.0
        if target is not None:
            speech = await narrator.speak(
                said, target, voice=name, language=tag, **({"sounds": sounds} if sounds else {})
            )
            duration_s = speech.duration_s
    finally:
        await narrator.close()
    used = tuple((entry, _used(entry, takes_ipa=info.own_sounds)) for entry in names.entries)
    return Saying(text, said, phonemes, used, name, info.name, tag, tell_unsaid(names, info), duration_s)


def _choose(wanted: str, language: str, settings: Settings) -> tuple[NarratorInfo, str, str]:
    """Who says it, with which voice, and in which language.

    Raises:
        RequestError: There is no such voice on this machine, or none that speaks the language.
    """
    from automagic.providers.local.shared.speech import choose_voice
    from automagic.stages.languages import primary_language
    from automagic.stages.voices import embedded_narrators, find_voice

    name = wanted or settings.default_voice
    info = find_voice(name, settings) if name else None
    if wanted and info is None:
        raise RequestError(
            f"{wanted} is a voice of a vendor, whose every sentence is paid for",
            hint="Leave out --voice: a voice of this machine says the same words.",
        )
    asked = language or settings.default_language
    if info is not None:
        _, _, own = name.partition(":")
        voice = choose_voice(info, own or (name if name != info.name else info.voices[0].name))
        tag = primary_language(asked or voice.language)
        if tag not in info.languages:
            raise RequestError(f"{name} does not speak {tag!r}", hint="Leave out --voice, or see `automagic voices`.")
        return info, voice.name, tag
    tag = primary_language(asked or "en")
    for one in embedded_narrators(settings):
        if tag in one.languages:
            native = (known for known in one.voices if known.language.partition("-")[0] == tag)
            return one, next(native, one.voices[0]).name, tag
    raise RequestError(f"no voice of this machine speaks {tag!r}", hint="See `automagic voices`.")


def _used(entry: NameEntry, *, takes_ipa: bool) -> str:
    if entry.say_ipa and takes_ipa:
        return "say_ipa"
    return "say" if entry.say else ""


def _show(saying: Saying, list_file: Path) -> None:
    rows = [("said", saying.said), ("phonemes", saying.phonemes)]
    for entry, used in saying.names:
        how = f'{used} = "{getattr(entry, used)}"' if used else "as written"
        rows.append(("name", f"{entry.name}: {how}, in {list_file.name}"))
    if not saying.names:
        rows.append(("name", f"none of {list_file}"))
    rows.append(("voice", f"{saying.voice} of {saying.narrator}, {saying.language}"))
    for label, value in rows:
        if value:
            print(f"{label:10}{value}")  # noqa: T201 - the result
    if saying.notice:
        sys.stderr.write(f"Note: {saying.notice}\n")


def _document(saying: Saying, file: str) -> dict[str, Any]:
    return {
        "text": saying.text,
        "said": saying.said,
        "phonemes": saying.phonemes,
        "names": [
            {"name": entry.name, "say": entry.say, "say_ipa": entry.say_ipa, "used": used}
            for entry, used in saying.names
        ],
        "voice": saying.voice,
        "narrator": saying.narrator,
        "language": saying.language,
        "notice": saying.notice,
        "file": file or None,
        "duration_s": saying.duration_s,
    }
