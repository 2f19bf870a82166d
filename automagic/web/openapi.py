"""The routes as OpenAPI 3.1 describes them (https://spec.openapis.org/oas/v3.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.stages.requests import field_schemas
from automagic.version import __version__
from automagic.web.handlers.jobs import CALLBACK, MAX_ADDRESS, MAX_WAIT_S
from automagic.web.problems import MEDIA_TYPE
from automagic.web.submitting import Offer, needed

if TYPE_CHECKING:
    from automagic.web.route import Route

_TEXT_SENT: Mapping[str, Any] = {
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 1}, "name": {"type": "string", "maxLength": 100}},
    "required": ["text"],
    "additionalProperties": False,
}
_UPLOADED: Mapping[str, Any] = {
    "type": "object",
    "properties": {"upload": {"type": "string"}},
    "required": ["upload"],
    "additionalProperties": False,
}
_PATH_NAMED: Mapping[str, Any] = {
    "type": "object",
    "properties": {"path": {"type": "string", "description": "Below a folder of --allow-paths."}},
    "required": ["path"],
    "additionalProperties": False,
}
_TIME: Mapping[str, Any] = {"type": ["string", "null"], "format": "date-time"}
_JOB: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("id", "kind", "title", "doing", "key", "worker", "url")},
        "state": {"type": "string", "enum": ["queued", "running", "succeeded", "failed", "cancelled"]},
        "priority": {"type": "string", "enum": ["urgent", "high", "normal", "low"]},
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "attempts": {"type": "integer"},
        "deaths": {"type": "integer"},
        "error": {"type": ["object", "null"]},
        "result": {"type": ["object", "null"]},
        **dict.fromkeys(("added_at", "due_at", "started_at", "finished_at"), _TIME),
        "files": {"type": "array", "items": {"type": "object"}},
        "notices": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["id", "kind", "state", "url"],
}
_PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail", "hint", "request_id")},
        "status": {"type": "integer"},
        "exit_code": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["pointer", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}


def describe(routes: Iterable[Route], *, token: bool, prefix: str = "") -> bytes:
    """The document, as JSON.

    Args:
        token: Whether the server asks for one.
        prefix: Under which the application is mounted in another.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = re.sub(r"\{(\w+):path\}", r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "AutoMagic", "version": __version__, "description": "What can be made, and what was made."},
        "paths": paths,
        "components": {"schemas": {"Job": _JOB, "Problem": _PROBLEM}},
    }
    if prefix:
        document["servers"] = [{"url": prefix}]
    if token:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return msgspec.json.encode(document)


def _operation(route: Route) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)", route.path)
    ]
    parameters += [{"name": name, "in": "query", "schema": schema} for name, schema in route.query.items()]
    told: dict[str, Any] = {"operationId": route.name, "summary": route.says, "responses": _responses(route)}
    if route.name == "get_job":
        wait = {"type": "string", "description": f"wait=N: up to {MAX_WAIT_S} s until it is finished."}
        parameters.append({"name": "Prefer", "in": "header", "schema": wait})
    if route.takes:
        content = {kind: {"schema": schema} for kind, schema in route.takes.items()}
        told["requestBody"] = {"required": True, "content": content}
    if route.name == "extend_upload":
        offset = {"type": "integer", "minimum": 0}
        parameters.append({"name": "Upload-Offset", "in": "header", "required": True, "schema": offset})
    if route.offer is not None or route.keyed:
        key = {"type": "string", "maxLength": 195, "description": "The same key makes one job."}
        parameters.append({"name": "Idempotency-Key", "in": "header", "schema": key})
    if route.offer is not None:
        body = {"application/json": {"schema": body_schema(route.offer)}}
        told["requestBody"] = {"required": True, "content": body}
    return told | ({"parameters": parameters} if parameters else {})


def _responses(route: Route) -> dict[str, Any]:
    job = route.offer is not None or route.name in ("get_job", "cancel_job", "retry_job", "redo_job")
    schema: dict[str, Any] = {"$ref": "#/components/schemas/Job"} if job else {"type": "object"}
    if route.media_type != "application/json":
        schema = {"type": "string"}
    shapes = {200: {"anyOf": [schema, {"type": "object"}]}} if route.offer and route.offer.plans else {}
    told: dict[str, Any] = {
        str(status): {"description": says}
        | ({"content": {route.media_type: {"schema": shapes.get(status, schema)}}} if status not in (204, 304) else {})
        for status, says in route.gives.items()
    }
    refused = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return told | {"default": {"description": "It was not done, and why.", "content": refused}}


def _or_null(shape: dict[str, Any]) -> dict[str, Any]:
    """What may also be null, which says as much as leaving it out."""
    kind = shape.get("type")
    if "enum" in shape and None not in shape["enum"]:
        shape = {**shape, "enum": [*shape["enum"], None]}
    if isinstance(kind, str) and kind != "null":
        return {**shape, "type": [kind, "null"]}
    if "anyOf" in shape and {"type": "null"} not in shape["anyOf"]:
        return {**shape, "anyOf": [*shape["anyOf"], {"type": "null"}]}
    return shape


def body_schema(offer: Offer) -> dict[str, Any]:
    """JSON Schema of what an operation is asked for by."""
    shapes = field_schemas(offer.operation.request)
    properties: dict[str, Any] = {}
    for name, one in offer.fields.items():
        shape = dict(shapes[one.name])
        if one.file is not None:
            single = {"anyOf": [_TEXT_SENT, _UPLOADED, _PATH_NAMED, {"type": "string"}, {"type": "null"}]}
            shape = ({"anyOf": [*single["anyOf"], {"type": "array", "items": single}]} if one.several else single) | {
                key: value for key, value in shape.items() if key in ("description", "default")
            }
        properties[name] = _or_null(shape) if one.default is not MISSING or one.inner else shape
    properties["priority"] = {"type": "string", "enum": ["urgent", "high", "normal", "low"], "default": "normal"}
    properties.setdefault("at", {"type": "string", "description": "Not before: 18:00 or 2027-01-31T18:00+01:00."})
    properties[CALLBACK] = {
        "type": ["string", "null"], "format": "uri", "maxLength": MAX_ADDRESS,
        "description": "Is told, signed (Standard Webhooks), once the job has ended.",
    }  # fmt: skip
    return {"type": "object", "properties": properties, "required": needed(offer), "additionalProperties": False}
