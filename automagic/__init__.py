"""AutoMagic: one idea or one recording, published everywhere, in your voice.

The public Python interface is small; nothing heavy is imported until it is used:

    async with open_studio() as studio:
        result = await studio.video(VideoRequest(source="article.md"))
        clips = await studio.clips(ClipsRequest("talk.mp4"))

`studio.jobs` is the queue, `studio.metrics()` says what was made; see automagic/studio.py.
"""

from __future__ import annotations

import importlib
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
    from automagic.products.video.request import VideoRequest
    from automagic.products.video.result import VideoResult
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


_HOMES = {
    "Job": "automagic.jobs.queue.reads",
    "Studio": "automagic.studio",
    "open_studio": "automagic.studio",
}


def __getattr__(name: str) -> Any:
    from automagic.machine.systems import check_system

    if name in _HOMES:
        check_system()
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name.endswith(("Request", "Result")):
        check_system()
        return _find_declared(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _find_declared(name: str) -> Any:
    """The request or the result of a product, by the name of its class."""
    from automagic.products import find_products
    from automagic.values.product import load

    for operation in (one for product in find_products() for one in product.operations):
        if operation.request.__name__ == name:
            return operation.request
        if operation.result.endswith(f":{name}"):
            return load(operation.result)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
