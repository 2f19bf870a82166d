"""From a form to a request and back: what was given in the box, and the options that a product declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from automagic.stages.requests import field_schemas
from automagic.values.request import RequestField
from automagic.web.problems import Problem
from automagic.web.submitting import Offer

MAX_TOPIC = 160
"""A line of at most so many characters is a topic; what is longer is a text."""


@dataclass(frozen=True, slots=True)
class Way:
    """What can become of what is given.

    Attributes:
        name: Of the choice.
        label: What a person reads.
        says: What comes out.
        kind: Of the jobs.
        field: That takes a link, a text or a file.
        topic: That takes a line; "" where there is none.
        first: The options that most people set, in this order; the others stand under their panels.
    """

    name: str
    label: str
    says: str
    kind: str
    field: str
    topic: str = ""
    first: tuple[str, ...] = ()


WAYS = (
    Way("video", "A video", "A narrated, captioned video from a link, a text or a topic.", "video", "source", "topic",
        ("platforms", "duration_s", "voice", "theme", "draft")),
    Way("clips", "Clips", "Short vertical clips from a long recording.", "clips", "recording", "",
        ("platforms", "max_clips", "query", "layout")),
    Way("posts", "Posts", "Posts in an author's own way of writing.", "posts write", "source", "topic",
        ("author", "platforms", "count", "thread")),
    Way("ads", "Ads", "Ads that say only what the text says, for each platform.", "ads make", "source", "",
        ("name", "kind", "link", "platforms")),
)  # fmt: skip

HIDDEN = ("redo", "plan_file", "images", "transcript", "run", "script", "credentials", "take", "fetch")
"""Options of later steps, or such as name a file: not asked for in this form."""


@dataclass(frozen=True, slots=True)
class FormField:
    """An option as a form asks for it.

    Attributes:
        shape: "choice" has `options`; "several" is a list of words.
        value: What stands in it.
    """

    name: str
    label: str
    help: str
    shape: Literal["text", "number", "choice", "switch", "several"]
    value: str
    options: Sequence[str] = ()
    least: float | None = None
    most: float | None = None


def fields_of(way: Way, offer: Offer, given: Mapping[str, Sequence[str]]) -> dict[str, list[FormField]]:
    """The options by panel: those that most people set under "", the rest under the headings of the command's help."""
    schemas = field_schemas(offer.operation.request)
    panels: dict[str, list[FormField]] = {"": []}
    own = (way.field, way.topic, *HIDDEN)
    for name in (*way.first, *(one for one in offer.fields if one not in way.first)):
        if name in own:
            continue
        one = offer.fields[name]
        panel = "" if name in way.first else one.flag.panel or "More"
        panels.setdefault(panel, []).append(_form_field(name, one, schemas.get(one.name, {}), given))
    return panels


def _form_field(
    name: str, one: RequestField, schema: Mapping[str, Any], given: Mapping[str, Sequence[str]]
) -> FormField:
    default = schema.get("default")
    value = given[name][-1] if given.get(name) else _written(default)
    label = one.name.replace("_", " ").replace("-", " ").capitalize()
    about = (label, (one.meta.description or "").replace("; repeatable", ""))
    schema = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    if options := schema.get("enum"):
        return FormField(name, *about, "choice", value, tuple("" if each is None else each for each in options))
    kind = schema.get("type")
    if kind == "boolean":
        return FormField(name, *about, "switch", "true" if value == "true" else "")
    if kind in ("integer", "number"):
        return FormField(name, *about, "number", value, (), schema.get("minimum"), schema.get("maximum"))
    return FormField(name, *about, "several" if kind == "array" else "text", value)


def _written(default: Any) -> str:
    if isinstance(default, bool):
        return "true" if default else ""
    if isinstance(default, list | tuple):
        return " ".join(map(str, default))
    return "" if default is None else f"{default:g}" if isinstance(default, float) else str(default)


def body_of(way: Way, offer: Offer, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The request as the API takes it; what is as by default is left out.

    Raises:
        Problem: There is nothing to make it from, or a number is none.
    """
    body = _subject(way, given)
    schemas = field_schemas(offer.operation.request)
    for panel in fields_of(way, offer, given).values():
        for one in panel:
            schema = schemas.get(offer.fields[one.name].name, {})
            if one.name in given and one.value != _written(schema.get("default")):
                body[one.name] = _typed(one, schema)
            elif one.shape == "switch" and "way" in given and schema.get("default") is True and one.name not in given:
                body[one.name] = False
    return {name: value for name, value in body.items() if value not in ("", [])}


def _subject(way: Way, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    upload, text = given.get("upload", [""])[-1].strip(), given.get("what", [""])[-1].strip()
    several = way.field == "recording"
    if upload:
        sent: Any = {"upload": upload}
        return {way.field: [sent] if several else sent}
    if not text:
        raise Problem(422, "there is nothing to make it from", hint="Paste a link or a text, or drop a file.")
    if "\n" not in text and (text.startswith(("http://", "https://", "archive:"))):
        return {way.field: [text] if several else text}
    if several:
        raise Problem(422, "clips are made from a recording", hint="Drop a file, or paste the address of one.")
    if way.topic and "\n" not in text and len(text) <= MAX_TOPIC:
        return {way.topic: text}
    name = "brief.toml" if way.name == "ads" and "claims" in text and "=" in text else "text.md"
    return {way.field: {"text": text, "name": name}}


def _typed(one: FormField, schema: Mapping[str, Any]) -> Any:
    if one.shape == "switch":
        return one.value == "true"
    if one.shape == "several":
        return one.value.replace(",", " ").split()
    if one.shape == "number" and one.value:
        try:
            number = float(one.value)
        except ValueError as error:
            raise Problem(422, f"{one.label}: {one.value[:40]!r} is not a number") from error
        whole = "integer" in str(schema)
        return int(number) if whole and number.is_integer() else number
    return one.value
