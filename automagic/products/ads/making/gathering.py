"""What a job of making ads takes along: the brief and the pictures beside it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from automagic.products.ads.briefs.reading import read_material
from automagic.products.ads.making.request import ROOM, MakeAdsRequest
from automagic.reading.named_files import expand_home
from automagic.values.product import Gathered


def gather(request: MakeAdsRequest, gathered: Gathered) -> None:
    """Read the brief, so that what cannot be read is said now, and add it with its pictures.

    Raises:
        RequestError: There is none, or a picture is not there.
    """
    if "://" in request.source:
        return
    path = expand_home(request.source)
    material = read_material(path)
    gathered.files[f"{ROOM}/{path.name}"] = path
    for picture in material.all_pictures:
        gathered.files[str(PurePosixPath(ROOM) / picture.name)] = Path(path.parent, picture.name)
    gathered.changes["source"] = f"{ROOM}/{path.name}"
