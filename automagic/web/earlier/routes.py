"""The routes of the clips API that users of an earlier system know, of which the table of all takes its part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from automagic.web.earlier import handlers
from automagic.web.route import Route

_RECORDING: Mapping[str, Any] = {
    "type": "string",
    "minLength": 1,
    "description": "An upload's id, the address of a recording, or a path below a folder of --allow-paths.",
}
_PRIORITY: Mapping[str, Any] = {"type": "string", "enum": list(handlers.PRIORITIES), "default": "normal"}
_ANALYSIS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "video_path": _RECORDING,
        "max_clips": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10},
        "min_duration": {"type": "number", "minimum": 3, "maximum": 600, "default": 3, "description": "In seconds."},
        "max_duration": {"type": "number", "minimum": 3, "maximum": 600, "default": 30, "description": "In seconds."},
        "priority": _PRIORITY,
    },
    "required": ["video_path"],
    "additionalProperties": False,
}
_SEGMENT: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "start_time": {"type": "number", "minimum": 0, "description": "In seconds."},
        "end_time": {"type": "number", "minimum": 0, "description": "In seconds."},
        "title": {"type": "string"},
    },
    "required": ["start_time", "end_time"],
    "additionalProperties": False,
}
_EXTRACTION: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "video_path": _RECORDING,
        "segments": {"type": "array", "items": _SEGMENT, "minItems": 1, "maxItems": handlers.MAX_VIDEOS},
        "output_format": {"type": "string", "enum": list(handlers.FORMATS)},
        "quality": {"type": "string", "enum": list(handlers.QUALITIES), "default": "standard"},
        "priority": _PRIORITY,
    },
    "required": ["video_path", "segments"],
    "additionalProperties": False,
}
_BATCH: Mapping[str, Any] = {
    "type": "object",
    "properties": {"videos": {"type": "array", "items": _ANALYSIS, "minItems": 1, "maxItems": handlers.MAX_VIDEOS}},
    "required": ["videos"],
    "additionalProperties": False,
}
_QUEUED = {202: "It is queued."}


def earlier_routes() -> tuple[Route, ...]:
    """All of them."""
    return (
        Route("POST", "/api/analyze", "analyze", "Queue the choice of moments of a recording; nothing is filmed.",
              handlers.analyze, takes={"application/json": _ANALYSIS}, gives=_QUEUED),
        Route("POST", "/api/extract", "extract", "Queue clips of given segments of a recording.", handlers.extract,
              takes={"application/json": _EXTRACTION}, gives=_QUEUED),
        Route("POST", "/api/batch/analyze", "batch_analyze", "Queue the choice of moments of several recordings.",
              handlers.batch_analyze, takes={"application/json": _BATCH}, gives=_QUEUED),
        Route("GET", "/api/job/{job}", "show_clips_job", "Show a job, in the earlier form.", handlers.show_job),
        Route("POST", "/api/job/{job}/cancel", "cancel_clips_job", "Cancel a job.", handlers.cancel_job, gives=_QUEUED),
        Route("POST", "/api/job/{job}/retry", "retry_clips_job", "Queue a failed or cancelled job again.",
              handlers.retry_job, gives=_QUEUED),
        Route("GET", "/api/statistics", "get_statistics", "Show jobs by state, durations, caches and success.",
              handlers.statistics),
    )  # fmt: skip
