"""A brief with pictures that are large enough for everything, read and loaded without a file."""

from __future__ import annotations

import datetime
import hashlib

from automagic.products.ads.brief import AdBrief, BriefPicture, Claim, claim_id
from automagic.products.ads.briefs.pictures import AdSource, LoadedPicture
from automagic.products.ads.copy.choice import write_copy
from automagic.products.ads.creative import AdText
from automagic.products.ads.specs.table import Specs
from automagic.values.artifact import Artifact

TODAY = datetime.date(2026, 12, 1)
CLAIMS = (
    "Brew filter coffee without paper.",
    "A ceramic filter, glazed by hand in Bremen.",
    "Lasts for up to ten years of daily brewing.",
    "Free return within 30 days of delivery.",
    "The filter fits every cup.",
)
BRIEF = AdBrief(
    "KeraFilter",
    "coffee filter",
    "https://kera.example.com",
    tuple(Claim(claim_id(text), text, f"claims[{number}]") for number, text in enumerate(CLAIMS)),
    brand="Kera",
    call="Shop now",
    price="39 €",
    disclaimer="Price includes VAT, plus shipping.",
    colours=("#d9480f",),
)


def load(name: str, width: int, height: int, *, is_logo: bool = False, alt: str = "") -> LoadedPicture:
    digest = hashlib.sha256(name.encode()).hexdigest()
    source = AdSource(Artifact(digest, "image/png", 9), width, height)
    return LoadedPicture(BriefPicture(name, digest, alt=alt), source, is_logo)


LOADED = (
    load("logo.png", 640, 200, is_logo=True),
    load("cup.jpg", 3000, 2000, alt="A cup on a table"),
    load("tall.jpg", 2000, 3000),
)


def write_texts(specs: Specs, *names: str, brief: AdBrief = BRIEF) -> tuple[AdText, ...]:
    chosen = [specs.platform(name) for name in names] if names else list(specs.platforms)
    return tuple(text for one in chosen for text in write_copy(brief, specs, [one], take=1, today=TODAY).texts)
