"""AutoMagic: one idea or one recording, published everywhere, in your voice.

The public Python interface is small; nothing heavy is imported until it is used:

    async with open_studio() as studio:
        result = await studio.video(VideoRequest(source="article.md"))
        clips = await studio.clips(ClipsRequest("talk.mp4"))

`studio.jobs` is the queue, `studio.metrics()` says what was made; see automagic/studio.py.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from automagic.version import __version__

# From 1.29 on ONNX Runtime reports to its maker unless this is set before it is imported, by whichever module does so
# first, here or in a child process. A person's own setting stays.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from automagic.jobs.queue.reads import Job
    from automagic.products.clips.request import ClipsRequest
    from automagic.products.clips.result import ClipsResult
    from automagic.products.video.recipe import VideoResult
    from automagic.products.video.request import VideoRequest
    from automagic.studio import Studio, open_studio

__all__ = [
    "ClipsRequest",
    "ClipsResult",
    "Job",
    "Studio",
    "VideoRequest",
    "VideoResult",
    "__version__",
    "open_studio",
]


def __getattr__(name: str) -> Any:
    import importlib

    homes = {
        "ClipsRequest": "automagic.products.clips.request",
        "ClipsResult": "automagic.products.clips.result",
        "Job": "automagic.jobs.queue.reads",
        "open_studio": "automagic.studio",
        "Studio": "automagic.studio",
        "VideoRequest": "automagic.products.video.request",
        "VideoResult": "automagic.products.video.recipe",
    }
    if name in homes:
        from automagic.machine.systems import check_system

        check_system()
        return getattr(importlib.import_module(homes[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
