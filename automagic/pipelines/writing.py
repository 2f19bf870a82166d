"""Who writes the script: the person, else the first in the list who can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automagic.errors import AutomagicError, RequestError, VendorError
from automagic.model import Script
from automagic.orchestrator.events import Notice
from automagic.orchestrator.replies import Unreachable
from automagic.orchestrator.run import Run
from automagic.pipelines.material_steps import write_script
from automagic.pipelines.video_inputs import Brief, check_language
from automagic.providers.catalogue import CATALOGUE
from automagic.services import Services


async def write(brief: Brief, *, asked: str | None, duration_s: float, language: str, run: Run[Services]) -> Script:
    """The person's own script, or one written from their text or topic.

    Args:
        asked: Who may write, in order ("openai,extract"); None for what the settings say.

    Raises:
        RequestError: Nobody in the list writes from what was given.
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
    able = [name for name in chain if given in CATALOGUE[name].of]
    if not able:
        what = "a text" if brief.document else "a bare topic"
        others = [name for name, entry in CATALOGUE.items() if "writer" in entry.kinds and given in entry.of]
        raise RequestError(f"none of {', '.join(chain)} writes from {what}", hint=f"These do: {', '.join(others)}.")
    failed: list[tuple[str, AutomagicError]] = []

    def tell(writer: str) -> None:
        for notice in tell_failures(failed, writer):
            run.emit(Notice(notice))

    for name in able:
        maker = vendors.maker("writer", name)
        try:
            script = await run.step(write_script, maker, brief.document, brief.topic, duration_s, language)
        except (VendorError, RequestError) as error:
            if name == able[-1] or not CATALOGUE[name].network:
                tell(name)
                raise
            failed.append((name, error))
        else:
            tell(name)
            return script
    raise AssertionError("unreachable")  # the last one returns or raises


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
