"""A brief and the pictures beside it, as files that travel with a job."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from automagic.products.ads.briefs.places import ROOM, is_page
from automagic.products.ads.briefs.reading import read_material
from automagic.reading.named_files import expand_home
from automagic.values.product import Gathered


def gather_brief(source: str, gathered: Gathered) -> str:
    """Add them; the name that the brief has there.

    Raises:
        RequestError: It cannot be read, or a picture is not there.
    """
    if is_page(source):
        return source
    path = expand_home(source)
    gathered.files[f"{ROOM}/{path.name}"] = path
    for picture in read_material(path).all_pictures:
        gathered.files[str(PurePosixPath(ROOM) / picture.name)] = Path(path.parent, picture.name)
    return f"{ROOM}/{path.name}"
