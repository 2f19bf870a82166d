"""What the drawing child does: templates to SVG, SVG to PNG, logos and pictures of strangers to PNG.

Runs in a process of its own (see `drawing.py`), within limits of memory and of processor time for each call: the
templates may be a stranger's, and the renderer is native code. Returns texts and PNG bytes only.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import time
from typing import Any

from automagic.errors import ConfigurationError, MediaError, RequestError
from automagic.media.design.svg import UnsafeDrawing, read_svg

CALL_CPU_S = 20
"""Processor seconds that one call may use; a card of 1080 x 1920 takes half a second."""

MEMORY_BYTES = 2 << 30
"""Address space of the child. Importing what it needs takes 0.6 GB of it, a picture of 8192 x 8192 another 0.3 GB."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # not allowed in XML 1.0
_XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
_MOST_PIXELS = 50_000_000
_LARGEST = 16_384
"""Pixels of a side that is drawn at most."""


def bound() -> None:
    """Take the limits: too much memory fails, and too much processor time ends the process (SIGXCPU)."""
    if sys.platform == "linux":  # macOS does not hold a process to a bound of its address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _allow_time()


def render(
    sources: dict[str, str], layers: list[tuple[str, str]], shared: dict[str, Any], each: list[dict[str, Any]]
) -> list[str]:
    """The templates of these layers above one another, for each page, as what stands inside an <svg>.

    Args:
        sources, layers: See `render_layers`.
        shared: Values of all pages.
        each: Those of each page by itself.

    Raises:
        ConfigurationError: A template is wrong, or points outside itself; names the file and the line.
    """
    from automagic.media.design.template_sandbox import render_layers

    _allow_time()
    pages = []
    for own in each:
        drawn = []
        for (layer, _), text in zip(layers, render_layers(sources, layers, shared | own), strict=True):
            try:
                drawn.append(_inside(read_svg(f"<svg {_XLINK}>{_CONTROL.sub('', text)}</svg>")))
            except UnsafeDrawing as error:
                raise ConfigurationError(
                    f"{_place_of(error, text, layer, sources)}: {error}", hint=error.hint
                ) from error
        pages.append("\n".join(drawn))
    return pages


def rasterise(svg: str, width: int, height: int, files: list[str], fallback: dict[str, Any] | None = None) -> bytes:
    """PNG of a drawing that has been checked; 0 for a side that follows from the other.

    Args:
        files: Fonts of its <text>.
        fallback: More settings of the renderer.

    Raises:
        MediaError: It cannot be drawn.
    """
    import resvg_py

    _allow_time()
    if max(width, height) > _LARGEST:
        raise MediaError(f"A drawing of {width} x {height} pixels is too large.")
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width or None,
            height=height or None,
            font_files=files,
            skip_system_fonts=True,
            **(fallback or {}),
        )
    except ValueError as error:
        raise MediaError(f"It cannot be drawn: {error}", hint="Check the theme's templates.") from error
    return bytes(png)


def picture(data: bytes, name: str, least: tuple[int, int], files: list[str], family: str) -> bytes:
    """PNG of a person's SVG; see `vector_pictures.draw_svg`.

    Raises:
        RequestError: It is damaged, or points to files outside itself.
    """
    from automagic.media.design.svg import HINT, scaled

    _allow_time()
    try:
        svg, width, height = scaled(read_svg(data, pictures=True), least)
    except UnsafeDrawing as error:
        raise RequestError(f"{name} cannot be used: {error.message}", hint=HINT) from error
    kinds = ("font_family", "serif_family", "sans_serif_family")
    # Unless it is given the resolution is 0, and a picture measured in millimetres has no size.
    fallback = {"dpi": 96, **dict.fromkeys(kinds, family), "monospace_family": "JetBrains Mono"}
    try:
        return rasterise(svg, width, height, files, fallback)
    except MediaError as error:
        raise RequestError(f"{name} cannot be drawn: {error.message}", hint="Save it as PNG.") from error


def logo(data: bytes) -> bytes:
    """A logo of PNG or another bitmap's bytes as PNG with opacity.

    Raises:
        RequestError: It cannot be read, or is too large.
    """
    from PIL import Image, UnidentifiedImageError

    _allow_time()
    hint = "Use a PNG or a plain SVG file."
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise RequestError(f"The brand's logo has more than {_MOST_PIXELS // 1_000_000} megapixels.", hint=hint)
            rgba = image.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise RequestError(f"The brand's logo cannot be read: {error}", hint=hint) from error
    written = io.BytesIO()
    rgba.save(written, "PNG", compress_level=1)
    return written.getvalue()


def _allow_time() -> None:
    """Start this call's share of processor time."""
    used = int(time.process_time()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + CALL_CPU_S, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _inside(svg: str) -> str:
    """What stands between the outermost tags."""
    return svg[svg.index(">") + 1 : svg.rindex("<")]


def _place_of(error: UnsafeDrawing, text: str, layer: str, sources: dict[str, str]) -> str:
    """The template and the line that wrote what is refused: the line that has most words of it."""
    lines = text.splitlines()
    written = lines[error.line - 1] if 0 < error.line <= len(lines) else ""
    words = set(written.split())
    best = (0, f"{layer}.svg")
    for name in sorted(sources, key=lambda name: name != f"{layer}.svg"):
        for number, line in enumerate(sources[name].splitlines(), 1):
            shared = len(words & set(line.split()))
            if shared > best[0]:
                best = (shared, f"{name}, line {number}")
    return best[1]
