"""AutoMagic: one idea or one recording, published everywhere, in your voice.

The public Python interface is small; nothing heavy is imported until it is used:

    async with open_studio() as studio:
        result = await studio.video(VideoRequest(source="article.md"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from automagic.pipelines.video import VideoRequest, VideoResult
    from automagic.studio import Studio, open_studio

__all__ = ["Studio", "VideoRequest", "VideoResult", "__version__", "open_studio"]


def __getattr__(name: str) -> Any:
    import importlib

    homes = {
        "open_studio": "automagic.studio",
        "Studio": "automagic.studio",
        "VideoRequest": "automagic.pipelines.video",
        "VideoResult": "automagic.pipelines.video",
    }
    if name in homes:
        return getattr(importlib.import_module(homes[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
