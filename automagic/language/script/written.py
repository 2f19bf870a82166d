"""A script as the file that `file.parse_script` reads: what a machine wrote, to be edited and given back.

    # Why bees matter

    Bees visit 2 million flowers for one pound of honey.
    card: number | Bees visit | figure: 2 million flowers; size: 2000000

What stands in the file is read back before it is given away: a text that looks like a script's structure ("Scene 1:",
"12. June", "(pause)") is written so that it is none, first by a backslash before it or behind its number, then by
entities of HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from automagic.errors import RequestError
from automagic.language.script.card_lines import write_card
from automagic.language.script.file import normalize, parse_script
from automagic.values.script import Scene, Script

_SIGNS = re.compile(r"[\\`*_\[\](){}<>&~$|#!]")
_BEGINS = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]")

_COUNTS = re.compile(r"\A(\d{1,9})([.)])(?=\s)")

Spelling = Callable[[str], str]


def write_file(script: Script, *, remarks: Sequence[str] = ()) -> str:
    """The file as Markdown; reading it gives the same title, scenes, ids and cards.

    Args:
        remarks: Lines for the person who edits it, in a comment at the top; they are not narrated.

    Raises:
        RequestError: A text of it cannot stand in such a file, such as one without words.
    """
    title = _first(_titles(normalize(script.title)), lambda line: _has_title(line, normalize(script.title)))
    blocks = [_write_scene(scene) for scene in script.scenes]
    text = _join(remarks, title or "", blocks)
    if title is None or not _tells(text, script):  # what is no structure alone may be some among the others
        spelled = [_block(scene, _as_entities) for scene in script.scenes]
        text = _join(remarks, [*_titles(normalize(script.title))][-1] if title is None else title, spelled)
        if not _tells(text, script):
            raise RequestError(
                f"the script “{script.title[:60]}” cannot be written as a file",
                hint="Write it yourself: `# Title`, a blank line, then one paragraph per scene.",
            )
    return text


def _titles(title: str) -> Iterator[str]:
    yield f"# {title}"
    yield f"# {_as_entities(title)}"
    yield f"# Title: {_as_entities(title)}"  # of "Title: …" the first word is taken for a label


def _has_title(line: str, title: str) -> bool:
    read = _read(f"{line}\n\nA.")
    return read is not None and read.title == title


def _write_scene(scene: Scene) -> str:
    """A scene's lines, as plainly as they are read back."""
    blocks = (_block(scene, spell) for spell in (_as_it_is, _behind_backslash, _behind_number, _as_entities))
    return _first(blocks, lambda block: _same([scene], _read(f"# Title\n\n{block}"))) or _block(scene, _as_entities)


def _block(scene: Scene, spell: Spelling) -> str:
    lines = [f"picture: {spell(scene.picture)}"] if scene.picture else []
    lines.append(spell(normalize(scene.text)))
    lines += [f"spoken: {spell(normalize(scene.spoken))}"] if scene.spoken else []
    lines += [f"card: {write_card(card)}" for card in scene.cards]
    return "\n".join(lines)


def _join(remarks: Sequence[str], title: str, blocks: Sequence[str]) -> str:
    # Nothing in it may end the comment.
    told = [line.replace("-->", "→") for line in remarks]
    comment = ["<!--\n" + "\n".join(told) + "\n-->"] if told else []
    return "\n\n".join([*comment, title, *blocks]) + "\n"


def _tells(text: str, script: Script) -> bool:
    read = _read(text)
    return read is not None and read.title == normalize(script.title) and _same(script.scenes, read)


def _read(text: str) -> Script | None:
    try:
        return parse_script(text)
    except RequestError:
        return None


def _same(scenes: Sequence[Scene], read: Script | None) -> bool:
    def facts(scene: Scene) -> Scene:
        spoken = normalize(scene.spoken) if scene.spoken else None
        text = normalize(scene.text)
        return Scene("", text, spoken or None, scene.picture, cards=scene.cards)

    return read is not None and [*map(facts, scenes)] == [*map(facts, read.scenes)]


def _first(candidates: Iterator[str], fits: Callable[[str], bool]) -> str | None:
    return next((one for one in candidates if fits(one)), None)


def _as_it_is(text: str) -> str:
    return text


def _behind_backslash(text: str) -> str:
    return f"\\{text}"


def _behind_number(text: str) -> str:
    r""" "2\. Faded receipts": a number and its dot would begin a list."""
    return _COUNTS.sub(r"\1\\\2", text)


def _as_entities(text: str) -> str:
    """With each sign that Markdown or a script may mean something by, and the first letter, by its number."""
    begin = f"&#{ord(text[0])};" if _BEGINS.match(text) else text[:1]
    return begin + _SIGNS.sub(lambda found: f"&#{ord(found[0])};", text[1:])
