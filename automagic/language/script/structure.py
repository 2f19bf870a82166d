"""A script's structure told from its narration, line by line.

    **[Scene 1: Wide shot of the river]**         ──▶  (left out: a scene heading)
    NARRATOR (V.O.): Three herons came back.      ──▶  Three herons came back.
    [0:05] Rangers counted them (pause) at dawn.  ──▶  Rangers counted them at dawn.
    [Music fades]                                 ──▶  (left out: a direction)

Nothing vanishes silently: what goes is handed back with its line, for a notice. A backslash before a line keeps it as
it stands. Forms that take several lines (tables, code, screenplays, a chat's remarks) are in `blocks`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from automagic.language.script.not_narrated import script_words

Kind = Literal[
    "scene heading", "direction", "speaker", "label", "time", "hashtags", "chat", "code", "table", "columns", "formula",
    "markup", "footnote", "front matter", "action", "furniture",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not narrated: its line (from 1; 0 where lines mean nothing) and its words."""

    kind: Kind
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class LineReading:
    """What is left of a line, what went, and a title that it gave.

    `opens` says that what is left begins a paragraph: somebody else speaks, or another scene begins.
    """

    kept: str
    left_out: tuple[tuple[Kind, str], ...] = ()
    title: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is read.

    Attributes:
        is_script: Whether the text is a script.
        is_structured: Whether it plainly has a script's structure, so that words of every day may be labels.
        begins: Whether a sentence may begin with the line, for all that stands before it.
        speakers: Who speaks besides those who are always known, lower case.
    """

    is_script: bool
    is_structured: bool = False
    begins: bool = True
    speakers: frozenset[str] = field(default_factory=frozenset)


_LIST = re.compile(r"\s*(?:>\s*)*(?:(?:[-*+•]|\d{1,3}[.)])\s+)?")
_PICTURE = "[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]"
_PICTURES = re.compile(rf"(?<!{_PICTURE})(?:{_PICTURE}++\s++)+")
"""Emoji before a label go with it."""
_TASK = re.compile(r"\[[ xX]\]\s+")
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_SECONDS = r"\d{1,3}\s*(?:[-–—]|to)\s*\d{1,3}\s*(?:s|secs?|seconds|sek|sec\.?)\b"
_SPAN = rf"(?:{_CLOCK}(?:\s*(?:[-–—]|to|-->)\s*{_CLOCK})?|{_SECONDS}|\d{{1,3}}\s*(?:s|secs?|seconds)\b)"
_TIME_IN_BRACKETS = re.compile(
    rf"[*_]{{0,3}}[\[(]\s*{_SPAN}\s*[\])][*_]{{0,3}}\s*[:|–—-]?[*_]{{0,3}}\s*", re.IGNORECASE
)
_TIME = re.compile(
    rf"[*_]{{0,3}}(?:{_CLOCK}\s*(?:[-–—]|to|-->)\s*{_CLOCK}|(?:{_SECONDS}|{_CLOCK})(?=[*_]{{0,3}}\s*(?:[|–—-]|$|:)))"
    r"[*_]{0,3}\s*[:|–—-]?[*_]{0,3}(?:\s+|$)",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\[[^\[\]]*\]\.?(?![(:])")
_IN_OTHER_BRACKETS = re.compile(r"[{<]([^{}<>]+)[}>]")
_IN_PARENTHESES = re.compile(r"\([^()]*\)")
_NUMBER = r"(?:\d{1,3}[a-z]?|[ivx]{1,5}|one|two|three|four|five|six|seven|eight|nine|ten)"
_SCENE = re.compile(
    rf"(?P<head>[^\W\d]+)\s*#?{_NUMBER}\s*(?:[\[(][^\])]*[\])])?\s*(?:[:.–—|-]\s*(?P<rest>.*))?", re.IGNORECASE
)
_SLUG = re.compile(r"(?:\d+[.)]?\s+)?(?:(?:INT|EXT|EST|INT\.?/EXT|I/E)\. .*|(?:INT|EXT|I/E) [^a-z]+)")
_TRANSITION = re.compile(
    r"[-–—=*>\s]*(?:FADE (?:IN|OUT|TO BLACK|TO WHITE)|(?:SMASH |JUMP |MATCH )?CUT TO(?: [A-Z ]+)?|DISSOLVE TO|THE END|"
    r"END|END OF (?:SCRIPT|VIDEO|SCENE)|TITLE CARD)\s*[.:]?[-–—=*\s]*",
)
_CAMERA = re.compile(
    r"(?:MUSIC|SFX|SOUND|CLOSE[- ]?UP|WIDE SHOT|MEDIUM SHOT|LONG SHOT|ANGLE ON|INSERT|POV|MONTAGE|SUPER|B-ROLL|ZOOM|"
    r"PAN)\b(?:[^a-z]*|\s*[:–—-]\s.*)"
)
_HASHTAGS = re.compile(r"(?:[^\w#]*hashtags?[^\w#]*)?(?:#(?=\w*[^\W\d])[\w-]+[\s,;·|]*)+", re.IGNORECASE)
# Blanks are not given back: a line of six hundred of them would be shared out in every way.
_NAME = r"[*_]{0,3}(?P<label>[^\W\d_][\w.’' /&-]{0,38}?)\s*+(?:#?\d{1,2})?+\s*+(?P<note>[\[(][^\])]{0,60}[\])])?+"
_LABEL = re.compile(_NAME + r"\s*+[*_]{0,3}+\s*+(?P<mark>[:：]|(?<=[\s*_])[–—-](?=\s))\s*+[*_]{0,3}+\s*+(?P<rest>.*)")
_CUE = re.compile(_NAME + r"[*_]{0,3}")
_INLINE = re.compile(r"\s*(?:[\[(]([^\[\]()]{1,40})[\])])(?!\()")
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
# In a text without other signs of a script only these are directions inside a sentence.
_PERFORMED = re.compile(r"\b(?:pause|beat|silence|pausa|v\.?o|o\.?s)\b", re.IGNORECASE)
_LEADING = re.compile(r"[*_]{0,3}\[(?![ xX]\]|\^|\d+\])[^\[\]]{2,}\](?![(:\[])[*_]{0,3}\s+(?=\S)")
_TRAILING = re.compile(r"(?<=[.!?…”\"])\s+[*_]{0,3}\[(?!\^|\d+\])[^\[\]]{2,}\][*_]{0,3}$")


def read_line(line: str, manner: Manner) -> LineReading:
    """What is narrated of a line."""
    return _read_line(line, manner, _MOST_PICTURES)


_MOST_PICTURES = 3
"""Rows of emoji before a label, with marks of lists between them; more are no decoration."""


def _read_line(line: str, manner: Manner, pictures_left: int) -> LineReading:
    prefix = (_LIST.match(line) or [""])[0]
    rest = line[len(prefix) :].rstrip()
    is_alert = not manner.is_script and rest.startswith("[!")  # "> [!NOTE]" of Markdown
    if not rest or is_alert or rest.startswith(("#", "![", "|", "```", "~~~")) or rest[0] == "\\":
        read = LineReading(_unescape(rest) if manner.is_script else rest)
        return replace(read, kept=prefix + read.kept) if not _HASHTAGS.fullmatch(rest) else _drop("hashtags", rest)
    pictures = _PICTURES.match(rest)
    if pictures and pictures_left:
        read = _read_line(rest[pictures.end() :], manner, pictures_left - 1)
        return replace(read, kept=prefix + read.kept if read.kept else "") if read.left_out else LineReading(line)
    task = _TASK.match(rest)
    read = LineReading(rest[task.end() :] if task else rest)
    for _ in range(6):
        step = next((found for rule in _RULES if (found := rule(read.kept, manner)) is not None), None)
        if step is None:
            break
        read = LineReading(step.kept, read.left_out + step.left_out, read.title or step.title, read.opens or step.opens)
        if not step.kept:
            break
    if not read.kept:
        return read
    return replace(read, kept=prefix + (_balance(read.kept) if read.left_out else read.kept))


def read_paragraphs(texts: Sequence[str]) -> list[LineReading]:
    """What is narrated of each paragraph of a text that has no lines any more, such as a page."""
    is_script = looks_like_script(texts)
    manner = Manner(is_script, is_script, speakers=known_speakers(texts))
    return [read_line(text, manner) for text in texts]


def known_speakers(lines: Sequence[str]) -> frozenset[str]:
    """Labels in capitals that stand before lines more than once, lower case."""
    counts = Counter(label for line in lines for label in _labels_in([line]))
    return frozenset(label for label, count in counts.items() if count > 1)


def _labels_in(lines: Iterable[str]) -> frozenset[str]:
    found = (_LABEL.match(line[len((_LIST.match(line) or [""])[0]) :]) for line in lines)
    names = (match["label"].strip() for match in found if match)
    return frozenset(
        name.lower() for name in names if name.isupper() and name.lower() not in script_words().no_speakers
    )


def looks_like_script(lines: Sequence[str]) -> bool:
    """Whether a text has the structure of a script: a narrator, or two scenes, speakers or parts with a label."""
    words = script_words()
    signs = 0
    for line in lines:
        text = _PICTURES.sub("", _bare(line[len((_LIST.match(line) or [""])[0]) :].lstrip("#").strip()))
        label = _LABEL.fullmatch(text) or _CUE.fullmatch(text)
        name = label["label"].strip().lower() if label else ""
        in_list = ":" in text and name in words.maybe_speakers | words.parts | words.directions
        signs += 2 * (name in words.speakers or bool(_SLUG.fullmatch(text)))
        timed = _TIME.fullmatch(text) or _TIME_IN_BRACKETS.fullmatch(text)
        signs += in_list or timed is not None or _scene_in(text.strip("[]() ")) is not None
    return signs >= 2


def _bare(text: str) -> str:
    return re.sub(r"[*_]{1,3}", "", text).strip()


def _unescape(rest: str) -> str:
    """A backslash that keeps a line goes, where it stands before something that Markdown does not escape."""
    return rest[1:] if re.match(r"\\[^\W_]|\\[(\[]", rest) and not rest.startswith("\\[") else rest


def _balance(text: str) -> str:
    """Without a mark of emphasis whose other end went with a label: "NARRATOR: text**" in bold."""
    for mark in ("***", "**", "*"):
        if text.endswith(mark) and text.count(mark) % 2:
            return text.removesuffix(mark).rstrip()
        if text.startswith(mark) and text.count(mark) % 2:
            return text.removeprefix(mark).lstrip()
    return text


def _drop(kind: Kind, text: str) -> LineReading:
    return LineReading("", ((kind, text),), opens=True)


def _hashtags(text: str, manner: Manner) -> LineReading | None:  # noqa: ARG001 - every rule is asked alike
    return _drop("hashtags", text) if _HASHTAGS.fullmatch(_bare(text)) else None


def _times(text: str, manner: Manner) -> LineReading | None:
    found = _TIME_IN_BRACKETS.match(text) or (_TIME.match(text) if manner.is_script else None)
    if not found or not found.end():
        return None
    return LineReading(text[found.end() :].strip(), (("time", found[0].strip()),), opens=True)


def is_transition(text: str) -> bool:
    """ "CUT TO:", "FADE OUT."."""
    return bool(_TRANSITION.fullmatch(text.strip()) or _CAMERA.fullmatch(text.strip()))


def _bracketed(text: str, manner: Manner) -> LineReading | None:
    """A whole line in brackets: "[Music fades]", "**[Scene 2: Close-up]**", "(pause)"."""
    bare = _bare(text)
    inner = bare.rstrip(".")[1:-1].strip()
    if _IN_BRACKETS.fullmatch(bare):
        if not manner.is_script and len(inner.split()) > _LONGEST_ASIDE:
            return None
        return _drop("scene heading" if _scene_in(inner) is not None else "direction", text)
    other = _IN_OTHER_BRACKETS.fullmatch(bare)
    if manner.is_script and other and _is_inline(other[1]):
        return _drop("direction", text)
    if not (manner.is_script and manner.begins) or not _IN_PARENTHESES.fullmatch(bare):
        return None
    short = len(inner.split()) <= _LONGEST_DIRECTION and not re.search(r"[.!?…]$", inner)
    return _drop("direction", text) if short else None


_LONGEST_ASIDE, _LONGEST_DIRECTION = 12, 6


def _scenes(text: str, manner: Manner) -> LineReading | None:
    if not manner.is_script:
        return None
    bare = _bare(text)
    if _SLUG.fullmatch(bare) or is_transition(bare):
        return _drop("scene heading" if _SLUG.fullmatch(bare) else "direction", text)
    rest = _scene_in(bare)
    if rest is None:
        return None
    if _is_sentence(rest):
        head = bare[: len(bare) - len(rest)].strip()
        return LineReading(rest, (("scene heading", head),), opens=True)
    return _drop("scene heading", text)


def _scene_in(bare: str) -> str | None:
    """What follows "Scene 1:", possibly nothing; None when it is no heading of a scene."""
    found = _SCENE.fullmatch(bare)
    if not found or found["head"].lower() not in script_words().scene_heads:
        return None
    return (found["rest"] or "").strip()


def _is_sentence(text: str) -> bool:
    """Whether what follows a scene's number is told, and not what a camera sees."""
    words = re.findall(r"[\w'’-]+", text.lower())
    return len(words) >= 5 and bool(re.search(r"[.!?…][\"”’)]*$", text)) and words[0] not in script_words().camera


_GOES_ALONE: frozenset[Kind] = frozenset({"speaker", "label"})
"""Of these the label goes, and what follows it stays."""


def _labels(text: str, manner: Manner) -> LineReading | None:
    """ "NARRATOR (V.O.): …", "**Hook:** …", "B-roll: …", "Title: …", and a label on a line of its own."""
    if not manner.is_script:
        return None
    cue, found = _CUE.fullmatch(text), _LABEL.fullmatch(text)
    if cue:
        kind = _kind_of(cue, manner)
        stands_out = cue["note"] or "**" in text or text.isupper()
        return _drop(kind, text) if kind is not None and kind in _GOES_ALONE and stands_out else None
    if not found:
        return None
    rest, whole = found["rest"].strip(), text[: found.start("rest")].strip()
    kind = _kind_of(found, manner)
    if kind == "title":
        return LineReading("", (), title=_balance(rest).strip('"“”'), opens=True)
    if kind is not None and kind not in _GOES_ALONE:
        return _drop(kind, text)
    if kind == "speaker" and (quoted := re.fullmatch(r"[*_]*[“\"]([^“”\"]+)[”\"][*_]*", rest)):
        rest = quoted[1]
    return LineReading(rest, ((kind, whole),), opens=True) if kind else None


def untitled(text: str) -> str:
    """A title without the word that says so: "Title: Why rivers bend"."""
    found = _LABEL.fullmatch(text)
    if found is None or found["note"] or found["mark"] not in ":：":
        return text
    return found["rest"].strip() if found["label"].lower() in script_words().titles else text


def _kind_of(found: re.Match[str], manner: Manner) -> Kind | Literal["title"] | None:
    """What a label is, by the lists, by its capitals, by a "(V.O.)" behind it."""
    words, name = script_words(), found["label"].strip()
    low = name.lower()
    if found.groupdict().get("mark", ":") in "–—-":  # "Hook – …"; of other words a dash makes no label
        return "label" if low in words.parts else "direction" if low in words.directions else None
    if low in words.titles:
        return "title"
    if low in words.directions or (manner.is_structured and low in words.maybe_directions):
        return "hashtags" if low.startswith("hashtag") else "direction"
    if low in words.parts or (manner.is_structured and low in words.maybe_parts):
        return "label"
    known = low in words.speakers or (manner.is_structured and low in words.maybe_speakers)
    voiced = name.isupper() and ((bool(found["note"]) and _is_inline(found["note"][1:-1])) or low in manner.speakers)
    return "speaker" if known or voiced else None


def _asides(text: str, manner: Manner) -> LineReading | None:
    """Directions before, behind and inside what is said."""
    if not manner.is_script:
        return None
    for pattern in (_LEADING, _TRAILING):
        found = pattern.search(text) if pattern is _TRAILING else pattern.match(text)
        if found:
            return LineReading(
                (text[: found.start()] + text[found.end() :]).strip(), (("direction", found[0].strip()),)
            )
    code = [found.span() for found in _CODE.finditer(text)]
    for found in _INLINE.finditer(text):
        if any(first <= found.start() < end for first, end in code):
            continue
        performed = manner.is_structured or _PERFORMED.search(found[1])
        if performed and _is_inline(found[1]):
            kept = text[: found.start()] + text[found.end() :]
            return LineReading(" ".join(kept.split()), (("direction", found[0].strip()),))
    return None


def _is_inline(text: str) -> bool:
    low = _bare(text).lower().rstrip(".")
    return low in script_words().inline or f"{low}." in script_words().inline


_Rule = Callable[[str, Manner], "LineReading | None"]
_RULES: tuple[_Rule, ...] = (_hashtags, _times, _bracketed, _scenes, _labels, _asides)


_NAMES: dict[Kind, tuple[str, str]] = {
    "scene heading": ("a scene heading", "scene headings"),
    "direction": ("a direction", "directions"),
    "speaker": ("the name of a speaker", "names of speakers"),
    "label": ("the label of a part", "labels of parts"),
    "time": ("a time mark", "time marks"),
    "hashtags": ("a row of hashtags", "rows of hashtags"),
    "chat": ("a chat's remark", "a chat's remarks"),
    "code": ("code", "code"),
    "table": ("a table", "tables"),
    "columns": ("the other columns of a table", "the other columns of tables"),
    "formula": ("a formula", "formulas"),
    "markup": ("a block of HTML", "blocks of HTML"),
    "footnote": ("a footnote", "footnotes"),
    "front matter": ("the facts about the text", "facts about the text"),
    "action": ("the description of an action", "descriptions of actions"),
    "furniture": ("a part of the page's frame", "parts of the page's frame"),
}
_MOST_LINES, _MOST_LETTERS, _MOST_QUOTED = 8, 40, 3


def tell_left_out(left_out: Sequence[LeftOut]) -> tuple[str, ...]:
    """One notice for each kind: what was left out, where, and its first words."""
    notices = []
    for kind in _NAMES:
        own = [one for one in left_out if one.kind == kind]
        if not own:
            continue
        lines = list(dict.fromkeys(one.line for one in own if one.line))
        shown = ", ".join(map(str, lines[:_MOST_LINES]))
        more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
        where = f" in line{'s' if len(lines) > 1 else ''} {shown}{more}" if lines else ""
        name = _NAMES[kind][len(own) > 1]
        if len(own) > 1 and not lines:
            name = f"{len(own)} {name}"
        quoted = ", ".join(f"“{_short(one.text)}”" for one in own[: 1 if lines else _MOST_QUOTED])
        notices.append(f"Not narrated: {name}{where} ({quoted}).")
    return tuple(notices)


def _short(text: str) -> str:
    flat = " ".join(text.replace("**", "").split())
    return flat if len(flat) <= _MOST_LETTERS else flat[:_MOST_LETTERS].rsplit(" ", 1)[0] + "…"
