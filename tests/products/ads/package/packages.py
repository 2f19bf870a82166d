"""A package as `ads make` writes it, small."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

from PIL import Image

from automagic.products.ads.brief import AdBrief, BriefPicture
from automagic.products.ads.briefs.claims import make_claims
from automagic.products.ads.creative import AdFinding, AdPicture, AdText
from automagic.products.ads.package.documents import write_documents
from automagic.products.ads.package.rows import picture_path
from automagic.values.artifact import Artifact

CERAMIC, TIME = "Made of ceramic, it lasts up to 10 years.", "It filters a cup of coffee in about 90 seconds."
BRIEF = AdBrief(
    name="KeraFilter",
    kind="coffee filter",
    link="https://example.org/filter?a=1#buy",
    claims=(*make_claims(CERAMIC, "paragraph 3", "en"), *make_claims(TIME, "JSON-LD description", "en")),
    brand="Kera & Söhne",
    price="39 €",
    pictures=(BriefPicture("photos/filter.jpg", "ab" * 32, (0.5, 0.25), "A filter"),),
)
FINDING = AdFinding("google.policy.exclamation", "It shouts.", hard=False, source="https://example.org/policy")


def make_text(field: str, text: str, number: int = 1, *, claim: int | None = 0, platform: str = "google-rsa") -> AdText:
    """A text that rests on a claim of the brief, by its index."""
    rests = BRIEF.claims[claim] if claim is not None else None
    claims, source = ((rests.id,), rests.text) if rests else ((), "")
    return AdText(platform, field, number, text, len(text), 90, claims, source, "ready")


TEXTS = (
    make_text("google.rsa.headline", "Lasts up to 10 years"),
    make_text("google.rsa.headline", "Made of ceramic", 2),
    make_text("google.rsa.headline", "Discover KeraFilter", 3, claim=None),
    make_text("google.rsa.description", CERAMIC),
    replace(make_text("google.rsa.description", TIME, 2, claim=1), state="pending", findings=(FINDING,)),
)


def make_picture(colour: str = "#aa5500", name: str = "kera_300x250.jpg") -> tuple[AdPicture, bytes]:
    """A designed ad of 300x250, and its file."""
    file = io.BytesIO()
    Image.new("RGB", (300, 250), colour).save(file, "JPEG")
    artifact = Artifact(hashlib.sha256(file.getvalue()).hexdigest(), "image/jpeg", len(file.getvalue()))
    claims = (BRIEF.claims[0].id,)
    return AdPicture(
        "google-display", "google.display.sizes", "designed", name, artifact, 300, 250, 'A "filter"', claims, "ready"
    ), file.getvalue()


def write_package(folder: Path, *, brief: AdBrief = BRIEF, texts: tuple[AdText, ...] = TEXTS) -> None:
    """A package with one picture, without a page."""
    picture, data = make_picture()
    place = folder / picture_path(picture)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    for name, document in write_documents(brief, texts, [picture]).items():
        (folder / name).write_bytes(document)
