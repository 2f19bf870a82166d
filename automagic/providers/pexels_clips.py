"""Video clips from Pexels, by the account of `pexels`."""

from __future__ import annotations

from automagic.providers.pexels import BASE_URL, KEY, open_illustrator
from automagic.providers.shared.provider import Craft, Provider

PROVIDER = Provider(
    "pexels-clips",
    {"illustrator": Craft(open_illustrator, gives="clips")},
    needs=KEY,
    base_url=BASE_URL,
    account="pexels",
    settings=(KEY, BASE_URL),
    place=6,
)
