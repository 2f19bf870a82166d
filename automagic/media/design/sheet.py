"""Many pictures of one shape on one sheet, each with its name below it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from automagic.errors import MediaError
from automagic.values.frame import Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from automagic.media.design.cards.layers import DrawnCard

CELL_PX = 130_000
"""Of a picture: 270 x 480, 360 x 360."""

MOST_PX = 60 * CELL_PX
"""Of all of them; where there are more than 60, each is smaller."""

WIDTH_PX = 1600
"""Of the sheet, at most, unless one picture is wider."""

GAP_PX, LABEL_PX, LETTERS_PX = 16, 26, 15
GROUND, INK = 32, "#d8d8d8"
FAMILY = "JetBrains Mono"


def draw_sheet(pictures: Sequence[tuple[str, Path | DrawnCard]], frame: Frame) -> bytes:
    """PNG of the pictures in order, in rows.

    Args:
        pictures: Names and files; at least one. What is larger than the frame is shown as a video's first frame has it,
            from the middle.
        frame: Whose shape they have.

    Raises:
        MediaError: One cannot be read.
    """
    import cv2
    import numpy as np

    from automagic.media.design.cards.raster import blend

    width, height = cell_size(frame, len(pictures))
    columns = max(1, min(len(pictures), (WIDTH_PX - GAP_PX) // (width + GAP_PX)))
    rows = -(-len(pictures) // columns)
    size = (GAP_PX + columns * (width + GAP_PX), GAP_PX + rows * (height + LABEL_PX + GAP_PX))
    sheet: NDArray[np.uint8] = np.full((size[1], size[0], 3), GROUND, np.uint8)
    labels = []
    for place, (name, picture) in enumerate(pictures):
        x = GAP_PX + place % columns * (width + GAP_PX)
        y = GAP_PX + place // columns * (height + LABEL_PX + GAP_PX)
        sheet[y : y + height, x : x + width] = _read(picture, frame, (width, height))
        labels.append((x, y + height, name))
    for x, y, text in labels:
        blend(sheet, _draw_label(text, (width, LABEL_PX)), x, y)
    done, data = cv2.imencode(".png", sheet[:, :, ::-1])
    if not done:
        raise MediaError("The sheet could not be written as PNG.")
    return bytes(data)


def cell_size(frame: Frame, count: int) -> tuple[int, int]:
    """Width and height of each of so many pictures."""
    area = min(CELL_PX, MOST_PX / count)
    height = (area * frame.height / frame.width) ** 0.5
    return round(height * frame.width / frame.height), round(height)


def _read(picture: Path | DrawnCard, frame: Frame, size: tuple[int, int]) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    if not isinstance(picture, Path):
        return np.asarray(cv2.resize(picture.at_rest(), size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    image = cv2.imdecode(np.fromfile(picture, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise MediaError(f"{picture.name} could not be read as a picture.")
    tall, wide = image.shape[:2]
    width, height = min(wide, frame.width), min(tall, frame.height)
    x, y = (wide - width) // 2, (tall - height) // 2
    small = cv2.resize(image[y : y + height, x : x + width], size, interpolation=cv2.INTER_AREA)
    return np.asarray(small[:, :, ::-1], dtype=np.uint8)


def _draw_label(text: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    """RGBA."""
    from automagic.media.design import drawing
    from automagic.media.design.cards.raster import decode_png
    from automagic.media.design.fonts import font_files

    files = [str(path) for path in font_files((FAMILY,)) if path.suffix != ".py"]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}"><text x="0" y="{LABEL_PX - 8}" '
        f'font-family="{FAMILY}" font-size="{LETTERS_PX}" fill="{INK}">{escape(text)}</text></svg>'
    )
    return decode_png(drawing.call("rasterise", "A label", svg=svg, width=size[0], height=size[1], files=files))
