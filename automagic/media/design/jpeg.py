"""A picture as JPEG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def encode_jpeg(image: NDArray[np.uint8]) -> bytes:
    """RGB pixels as a thumbnail's file."""
    from PIL import Image

    buffer = io.BytesIO()
    # Full colour resolution: coloured letters on coloured grounds smear without it.
    Image.fromarray(image).save(buffer, "JPEG", quality=90, subsampling=0, optimize=True)
    return buffer.getvalue()
