"""Who writes the script: the person, else the first in the list who can."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from automagic.errors import AutomagicError, RequestError, VendorError
from automagic.gate.replies import Unreachable
from automagic.language.text.sentences import primary_tag
from automagic.machine.leaving import in_thread
from automagic.providers.shared.registry import asks_server, providers, providers_of
from automagic.runs.run import Run
from automagic.services import Services
from automagic.sources.file import read_file
from automagic.stages.languages import LANGUAGES_BY_SCRIPT
from automagic.stages.material_steps import write_script
from automagic.stages.shipped_texts import find_shipped
from automagic.values.document import Document
from automagic.values.events import Notice
from automagic.values.script import Script


@dataclass(frozen=True, slots=True)
class Brief:
    """What the video is about: exactly one of the first three.

    Attributes:
        kind: What kind of text the document is, as the person says; "" for what it looks like.
    """

    topic: str = ""
    document: Document | None = None
    script: Script | None = None
    kind: str = ""


async def read_source(source: str) -> Document:
    """Readable text from a file, a URL, or standard input ("-")."""
    if source == "-":
        from automagic.sources.standard_input import read_standard_input

        return await in_thread(read_standard_input, sys.stdin.buffer)
    if "://" in source:
        from automagic.sources.page import fetch_page

        return await fetch_page(source)
    from automagic.sources.file import read_file

    return await in_thread(read_file, Path(source))


def check_language(script: Script, language: str) -> None:
    """Refuse a text whose letters tell that it is in another language: no voice could read it.

    Raises:
        RequestError: Naming the letters and the languages that are written with them.
    """
    letters = [letter for scene in script.scenes for letter in (scene.spoken or scene.text)[:2000] if letter.isalpha()]
    counts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in letters if letter > "\u024f")
    for name, count in counts.most_common(1):
        able = LANGUAGES_BY_SCRIPT.get(name, "").split()
        if able and language not in able and count > len(letters) / 2:
            raise RequestError(
                f"most letters of the text are {name.title() if name != 'CJK' else 'Chinese'}, "
                f"but its language is {language!r}",
                hint=f"Give its language, such as --language {able[0]}.",
            )


async def write(brief: Brief, *, asked: str | None, duration_s: float, language: str, run: Run[Services]) -> Script:
    """The person's own script, or one written from their text or topic.

    Args:
        asked: Who may write, in order ("openai,extract"); None for what the settings say.

    Raises:
        RequestError: No writer in the list can work from what was given.
        VendorError: The last in the list failed.
    """
    script = brief.script or await _ask_writers(brief, asked, duration_s, language, run)
    if brief.document and brief.document.language:
        stated = brief.document.language.partition("-")[0].lower()
        if stated != language:
            run.emit(
                Notice(f"{brief.document.location} says that its language is {stated!r}: use --language {stated}.")
            )
    check_language(script, language)
    for notice in (*(brief.document.notices if brief.document else ()), *script.notices):
        run.emit(Notice(notice))
    return script


async def _ask_writers(brief: Brief, asked: str | None, duration_s: float, language: str, run: Run[Services]) -> Script:
    vendors = run.services.vendors
    chain = vendors.chain("writer", asked)
    able = list(_order_writers(brief, chain, language))
    if not able:
        raise _nobody_writes(brief, chain if asked or run.services.settings.writer else ())
    failed: list[tuple[str, AutomagicError]] = []

    def tell(writer: str) -> None:
        for notice in tell_failures(failed, writer):
            run.emit(Notice(notice))

    for name, given in able:
        maker = vendors.maker("writer", name)
        try:
            script = await run.step(
                write_script,
                maker,
                given.document,
                given.topic,
                duration_s,
                language,
                given.kind,
                _parser(name, given, language, run),
                _names_in(given, run),
            )
        except (VendorError, RequestError) as error:
            if name == able[-1][0] or not asks_server(name):
                tell(name)
                raise
            failed.append((name, error))
        else:
            tell(name)
            if given is not brief and given.document:
                run.emit(Notice(f"This is made from a text that comes with AutoMagic: {given.document.title}."))
            return script
    raise AssertionError("unreachable")  # the last one returns or raises


def _names_in(brief: Brief, run: Run[Services]) -> tuple[str, ...]:
    """The names of the person's list that stay as they are written, and stand in what is written about."""
    document = brief.document
    told = (document.title, *document.paragraphs) if document else (brief.topic,)
    return run.services.names.of(*told).kept


def _parser(writer: str, brief: Brief, language: str, run: Run[Services]) -> str:
    """What parses the text's sentences for a writer of this machine, as a step's key names it; "" for nothing."""
    if asks_server(writer) or not brief.document:
        return ""
    return run.services.engines.sentence_parser.fingerprint(primary_tag(language))


def _order_writers(brief: Brief, chain: Sequence[str], language: str) -> Iterator[tuple[str, Brief]]:
    """Who can write, and from what: where a topic names a text that comes with the program, also who writes from texts
    on this machine."""
    named = None if brief.document else find_shipped(brief.topic, language)
    text = Brief(document=read_file(named)) if named else None
    for name in chain:
        of = providers()[name].kinds["writer"].of
        if ("document" if brief.document else "topic") in of:
            yield name, brief
        elif text and "document" in of:
            yield name, text


def _nobody_writes(brief: Brief, named: Sequence[str]) -> RequestError:
    """What to say where nobody in the list can write.

    Args:
        named: Whom the person named; empty where they left it open.
    """
    given = "document" if brief.document else "topic"
    others = [one for one in map(providers().__getitem__, providers_of("writer")) if given in one.kinds["writer"].of]
    if named:
        what = "a text" if brief.document else "a bare topic"
        return RequestError(
            f"none of {', '.join(named)} writes from {what}",
            hint=f"These do: {', '.join(one.name for one in others)}.",
        )
    needed = {one.name: one.needs for one in others if one.needs}
    keys = [setting.name for setting in needed.values() if setting.is_secret]
    rest = [f"{setting.name}={setting.example} for {name}" for name, setting in needed.items() if not setting.is_secret]
    return RequestError(
        f"no writer is connected who can write about “{' '.join(brief.topic.split())[:80]}”",
        hint=f"Put a key of a language model into .env ({' or '.join(keys)}),\n"
        f"or {' or '.join(rest)}.\n"
        "Or give a text to make it from: --source FILE|URL. A bare --now takes one that comes with AutoMagic.\n"
        "--writer outline asks questions about any topic, without facts.",
    )


def tell_failures(
    failed: Sequence[tuple[str, AutomagicError]], writer: str, *, what: str = "the script"
) -> Iterator[str]:
    """Why others did not write, and who does: those who could not be reached in one sentence."""
    away = [name for name, error in failed if isinstance(error, Unreachable)]
    for name, error in failed:
        if name in away[1:]:
            continue
        names = away if name in away else [name]
        who = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else name
        hint = f" {error.hint}" if name in away else ""
        yield f"{who} could not write {what}: {error.message.removesuffix('.')}.{hint} {writer} does."
