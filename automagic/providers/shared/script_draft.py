"""A script as a language model sends it: its JSON shape, what is read of it, and what keeps it from being used. Pure.

text ─▶ read_draft ─▶ ScriptDraft ─▶ find_faults: form (plain words, nothing hidden) and source (cited, and true to it)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from automagic.language.grounding.statements import find_unfounded, unfounded_numbers
from automagic.language.names.entries import NameEntry, NameList
from automagic.language.script.file import normalize
from automagic.language.speech.pace import estimate_s
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.sentences import primary_tag
from automagic.reading.json import parse_json
from automagic.values.document import Document

_MOST_TITLE = 100
_MOST_SENTENCE = 400

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "scenes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "sentences": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "text": {"type": "string"},
                                "paragraphs": {"type": "array", "items": {"type": "integer"}},
                            },
                            "required": ["text", "paragraphs"],
                            "additionalProperties": False,
                        },
                    },
                    "picture": {"type": "string"},
                },
                "required": ["sentences", "picture"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["title", "scenes"],
    "additionalProperties": False,
}
"""Of the answer, in the subset that every vendor's structured output takes: no lengths, all fields required."""


@dataclass(frozen=True, slots=True)
class WriterBrief:
    """What is to be written.

    Attributes:
        duration_s: About how long it takes to say.
        language: BCP-47 tag of the script.
        topic: What it is about; may be empty with a document.
        document: What it is drawn from; None for the model's own knowledge.
        take: 1, or which other variant.
        trees: Of the document's sentences, by their text, as far as somebody has parsed them.
        kind: What kind of text the document is, as a person says, one of `values.document.TextKind`; "" for what it
            looks like.
        names: Those of the person's list that stand in topic or text and must stay as they are written.
    """

    duration_s: float
    language: str = "en"
    topic: str = ""
    document: Document | None = None
    take: int = 1
    trees: Mapping[str, ParsedSentence] = field(default_factory=dict)
    kind: str = ""
    names: tuple[str, ...] = ()


class DraftSentence(msgspec.Struct, forbid_unknown_fields=True):
    """What is said, and the numbers of the source's paragraphs that it rests on."""

    text: str
    paragraphs: list[int]


class DraftScene(msgspec.Struct, forbid_unknown_fields=True):
    """One thought, and what a picture of it would show."""

    sentences: list[DraftSentence]
    picture: str = ""


class ScriptDraft(msgspec.Struct, forbid_unknown_fields=True):
    """The whole script, as the model answers."""

    title: str
    scenes: list[DraftScene]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a draft. A small one is worth a second try, but not an error.

    Attributes:
        named: Whether it is about a name of the person's list: of two drafts the one with fewer such is better.
    """

    text: str
    small: bool = False
    named: bool = False


_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_FORBIDDEN = (
    (re.compile(r"https?://|www\.", re.IGNORECASE), "a link"),
    (re.compile(r"</?[a-zA-Z!][^>]*>"), "a tag"),
    (re.compile(r"```|\*\*|__|^#{1,6}\s|^[-*•]\s|\]\("), "markup"),
    (re.compile(r"^\s*[\[({*](?:[^\])}*]*)[\])}*]\s*$|\[[^\]]*\]"), "a stage direction"),
    (re.compile(r"(?i)^\s*(?:narrator|voice-?over|vo|host|speaker|assistant|system|user)\s*:"), "a speaker's name"),
    (re.compile(r"[{}]|\"\s*:"), "a piece of code"),
    (re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]"), "a control character"),
)  # fmt: skip


def read_draft(text: str) -> ScriptDraft:
    """The draft in a model's answer; what weaker models put around the object (fences, thoughts) is left out.

    Raises:
        MalformedText: There is no JSON object, or it has another shape.
    """
    bare = _THOUGHT.sub("", text)
    begin, end = bare.find("{"), bare.rfind("}")
    return parse_json(bare[begin : end + 1] if 0 <= begin < end else bare, name="the answer", type=ScriptDraft)


def find_faults(draft: ScriptDraft, brief: WriterBrief) -> Iterator[Fault]:
    """What keeps a draft from being a script for this brief; small faults last."""
    title = normalize(draft.title)
    if not any(c.isalnum() for c in title) or len(title) > _MOST_TITLE:
        yield Fault(f"the title must have words, and at most {_MOST_TITLE} characters")
    if not draft.scenes:
        yield Fault("there are no scenes")
    most = max(4, round(brief.duration_s / 2))
    if len(draft.scenes) > most:
        yield Fault(f"there are {len(draft.scenes)} scenes; at most {most} fit")
    for number, scene in enumerate(draft.scenes, start=1):
        for fault in (*_form_faults(scene), *_source_faults(scene, brief)):
            yield Fault(f"scene {number}: {fault}")
    yield from (Fault(f"the title: {fault}") for fault in _forbidden_in(title))
    if brief.document is not None:
        parts = (*brief.document.paragraphs, brief.document.title)
        for shown in unfounded_numbers(title, parts, brief.language):
            yield Fault(f"the title: the number “{shown}” does not stand in the source")
    yield from _name_faults(draft, brief)
    seconds = spoken_s(draft, brief.language)
    if seconds > 1.5 * brief.duration_s + 5:
        yield Fault(f"the script takes about {seconds:.0f} s to say, not {brief.duration_s:.0f} s", small=True)
    elif seconds < 0.5 * brief.duration_s and brief.document is None:
        yield Fault(f"the script takes only about {seconds:.0f} s to say, not {brief.duration_s:.0f} s", small=True)


def _name_faults(draft: ScriptDraft, brief: WriterBrief) -> Iterator[Fault]:
    """Names that are written otherwise, or that the whole script lacks although what it rests on is about them."""
    texts = [draft.title, *(sentence.text for scene in draft.scenes for sentence in scene.sentences)]
    document = brief.document
    cited = {number for scene in draft.scenes for sentence in scene.sentences for number in sentence.paragraphs}
    told = [document.paragraphs[n] for n in sorted(cited) if 0 <= n < len(document.paragraphs)] if document else []
    translated = document is not None and primary_tag(document.language or brief.language) != primary_tag(
        brief.language
    )
    about = [brief.topic, document.title if document else "", *(told if translated else ())]
    for name in brief.names:
        names = NameList((NameEntry(name, spelled=name),))
        found = [span.text for text in texts for span in names.find(text.split())]
        if other := next((text for text in found if text != name), ""):
            yield Fault(f"the name “{name}” is written “{other}”", small=True, named=True)
        elif not found and names.of(*about).entries:
            yield Fault(f"the name “{name}” is missing: it must not be translated or left out", small=True, named=True)


def _form_faults(scene: DraftScene) -> Iterator[str]:
    if not scene.sentences:
        yield "it has no sentences"
    for sentence in scene.sentences:
        text = normalize(sentence.text)
        if not any(c.isalnum() for c in text):
            yield "a sentence has no words"
        elif len(text) > _MOST_SENTENCE:
            yield f"a sentence has {len(text)} characters, at most {_MOST_SENTENCE} can be said: “{text[:40]}…”"
        yield from _forbidden_in(sentence.text.strip())


def _forbidden_in(text: str) -> Iterator[str]:
    for pattern, what in _FORBIDDEN:
        if match := pattern.search(text):
            yield f"it has {what} in it: “{normalize(match[0])[:40]}”"


def _source_faults(scene: DraftScene, brief: WriterBrief) -> Iterator[str]:
    document = brief.document
    if document is None:
        return
    numbers = list(dict.fromkeys(number for sentence in scene.sentences for number in sentence.paragraphs))
    wrong = [number for number in numbers if not 0 <= number < len(document.paragraphs)]
    if wrong:
        yield f"paragraph {wrong[0]} does not exist; the source has 0 to {len(document.paragraphs) - 1}"
    cited = [document.paragraphs[number] for number in numbers if number not in wrong]
    if not cited:
        yield "it cites no paragraph of the source"
        return
    yield from find_unfounded(
        " ".join(normalize(sentence.text) for sentence in scene.sentences),
        [*cited, *_named_over(document, numbers)],
        title=document.title,
        language=brief.language,
        source_language=document.language,
    )


def _named_over(document: Document, numbers: Sequence[int]) -> list[str]:
    """What the document's structure says of the cited paragraphs: the headings over them, numbers, speakers."""
    marks = [document.marks[number] for number in numbers if 0 <= number < len(document.marks)]
    named = [text for mark in marks for text in (*mark.headings, mark.head, mark.speaker) if text]
    numbered = [str(mark.number) for mark in marks if mark.number]
    return list(dict.fromkeys([*named, *numbered]))


def spoken_s(draft: ScriptDraft, language: str) -> float:
    """About how long a draft takes to say, in seconds."""
    from automagic.language.speech.spoken import spoken_sentences

    sentences = [
        spoken
        for scene in draft.scenes
        for part in scene.sentences
        for spoken in spoken_sentences(normalize(part.text), language=language)
    ]
    return estimate_s(sum(len(token.spoken) for sentence in sentences for token in sentence.tokens), len(sentences))
