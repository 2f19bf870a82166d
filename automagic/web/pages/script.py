"""The script editor: a scene with its card and voice, what would be made again and its cost, and the render.

A scene is a paragraph of the Markdown that `--script` reads: its words, and below them the lines `card:`, `spoken:` and
the picture. Where the words change and the card does not, the card is designed anew, or it would show the old words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from automagic.jobs.edits import EditedText
from automagic.web.asked import Asked
from automagic.web.editing.texts import SCRIPT
from automagic.web.handlers.editing import find_text, keep, queue_edited, say_what_changes
from automagic.web.handlers.jobs import find_job
from automagic.web.pages.forms import go, read_form
from automagic.web.pages.templates import show
from automagic.web.problems import Problem

_DIRECTION = re.compile(r"(?:card|spoken):\s|!\[", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ScriptBlock:
    """A scene as it is edited.

    Attributes:
        words: What is said and shown.
        directions: Its lines `card:`, `spoken:` and the picture.
    """

    words: str
    directions: str = ""


def split_script(text: str) -> tuple[str, list[ScriptBlock]]:
    """The title and the scenes of a script."""
    title = ""
    blocks: list[ScriptBlock] = []
    for part in re.split(r"\n\s*\n", _COMMENT.sub("", text).strip()):
        lines = part.strip().split("\n")
        if not title and not blocks and lines[0].startswith("# "):
            title, lines = lines[0][2:].strip(), lines[1:]
        words = "\n".join(line for line in lines if not _DIRECTION.match(line)).strip()
        directions = "\n".join(line for line in lines if _DIRECTION.match(line))
        if words or directions:
            blocks.append(ScriptBlock(words, directions))
    return title, blocks


def join_script(title: str, blocks: list[ScriptBlock]) -> str:
    """The script of a title and scenes."""
    heading = [f"# {' '.join(title.split())}"] if title.strip() else []
    scenes = ["\n".join(filter(None, (block.words.strip(), block.directions.strip()))) for block in blocks]
    return "\n\n".join([*heading, *filter(None, scenes)]) + "\n"


def read_blocks(form: Mapping[str, str], before: list[ScriptBlock]) -> list[ScriptBlock]:
    """The scenes that a form holds; those that are empty now are gone.

    Args:
        before: As they were when the form was made.
    """
    found = []
    numbers = sorted(int(name[6:]) for name in form if re.fullmatch(r"words-\d{1,4}", name))
    for number in numbers:
        words, directions = _one_paragraph(form[f"words-{number}"]), form.get(f"directions-{number}", "").strip()
        known = before[number] if number < len(before) else None
        if known is not None and words != known.words and directions == known.directions:
            directions = "\n".join(line for line in directions.split("\n") if not line.lower().startswith("card:"))
        if words:
            found.append(ScriptBlock(words, directions))
    return found


def _one_paragraph(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().split("\n") if line.strip())


async def show_script(asked: Asked) -> Response:
    """The editor."""
    job = await find_job(asked, asked.path["job"])
    text = await find_text(asked, job, SCRIPT)
    return _page(asked, text, {"job": job})


async def edit(asked: Asked) -> Response:
    """Say what it changes, keep it, or keep and render it."""
    form = await read_form(asked)
    job = await find_job(asked, asked.path["job"])
    there = await find_text(asked, job, SCRIPT)
    _, before = split_script(there.text)
    new = join_script(form.get("title", ""), read_blocks(form, before))
    what, was = form.get("do", "plan"), form.get("was", "")
    if what == "plan":
        planned = await say_what_changes(asked, job, SCRIPT, new)
        return _page(asked, EditedText(there.base, new, was or there.mark), {"job": job, "planned": planned})
    try:
        await keep(asked, job, SCRIPT, new, was)
    except Problem as problem:
        if "difference" not in problem.more:
            raise
        shown = EditedText(there.base, new, there.mark, there.by)
        values = {"job": job, "difference": problem.more["difference"], "by": there.by}
        return _page(asked, shown, values, status=problem.status)
    if what == "render":
        told = await queue_edited(asked, job, SCRIPT)
        return go(asked, f"/runs/{told['id']}")
    return go(asked, f"/runs/{job.id}/edit")


def _page(asked: Asked, text: EditedText, values: Mapping[str, object], *, status: int = 200) -> Response:
    title, blocks = split_script(text.text)
    told = {"planned": None, "difference": "", "by": "", **values, "title": title, "blocks": blocks, "text": text}
    return show(asked, "script.html", told, status=status)
