"""Who writes the script: the person, else the first in the list who can."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.values.document import Document
from automagic.values.events import Notice
from automagic.values.script import Script

if TYPE_CHECKING:
    from automagic.runs.run import Run
    from automagic.services import Services
from collections.abc import Iterator

from automagic.errors import AutomagicError, VendorError
from automagic.gate.replies import Unreachable
from automagic.language.text.sentences import primary_tag
from automagic.providers.shared.registry import asks_server, providers, providers_of
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.languages import LANGUAGES_BY_SCRIPT
from automagic.stages.material_steps import write_script


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
    given = "document" if brief.document else "topic"
    able = [name for name in chain if given in providers()[name].kinds["writer"].of]
    if not able:
        what = "a text" if brief.document else "a bare topic"
        others = [name for name in providers_of("writer") if given in providers()[name].kinds["writer"].of]
        raise RequestError(f"none of {', '.join(chain)} writes from {what}", hint=f"These do: {', '.join(others)}.")
    failed: list[tuple[str, AutomagicError]] = []

    def tell(writer: str) -> None:
        for notice in tell_failures(failed, writer):
            run.emit(Notice(notice))

    for name in able:
        maker = vendors.maker("writer", name)
        try:
            script = await run.step(
                write_script,
                maker,
                brief.document,
                brief.topic,
                duration_s,
                language,
                brief.kind,
                _parser(name, brief, language, run),
            )
        except (VendorError, RequestError) as error:
            if name == able[-1] or not asks_server(name):
                tell(name)
                raise
            failed.append((name, error))
        else:
            tell(name)
            return script
    raise AssertionError("unreachable")  # the last one returns or raises


def _parser(writer: str, brief: Brief, language: str, run: Run[Services]) -> str:
    """What parses the text's sentences for a writer of this machine, as a step's key names it; "" for nothing."""
    if asks_server(writer) or not brief.document:
        return ""
    return run.services.engines.sentence_parser.fingerprint(primary_tag(language))


def tell_failures(failed: Sequence[tuple[str, AutomagicError]], writer: str) -> Iterator[str]:
    """Why others did not write, and who does: those who could not be reached in one sentence."""
    away = [name for name, error in failed if isinstance(error, Unreachable)]
    for name, error in failed:
        if name in away[1:]:
            continue
        names = away if name in away else [name]
        who = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else name
        hint = f" {error.hint}" if name in away else ""
        yield f"{who} could not write the script: {error.message.removesuffix('.')}.{hint} {writer} does."
