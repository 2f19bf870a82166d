"""An ad to be written down: a brief, texts and a picture."""

from __future__ import annotations

import hashlib
import io

from PIL import Image

from automagic.products.ads.brief import AdBrief, Claim, claim_id
from automagic.products.ads.creative import AdPicture, AdText
from automagic.values.artifact import Artifact

CLAIM = Claim(claim_id("It filters in two minutes."), "It filters in two minutes.", "claims[1]")
BRIEF = AdBrief("KeraFilter", "coffee filter", "https://example.org/k?a=1&utm_source=Shop#buy", (CLAIM,), brand="Kera")


def make_text(field: str, text: str, number: int = 1, pin: str = "") -> AdText:
    platform = field.partition(".")[0]
    return AdText(platform, field, number, text, len(text), 90, (CLAIM.id,), CLAIM.text, "ready", pin=pin)


def search_texts(place: str) -> list[AdText]:
    heads = ["Filters in two minutes", '"Kera", the filter', "Kaffee für 39 €"]
    texts = [make_text(f"{place}.headline", text, n, "HEADLINE_1" if n == 1 else "") for n, text in enumerate(heads, 1)]
    return [*texts, *(make_text(f"{place}.description", f"It filters, {n}.", n) for n in (1, 2))]


def make_picture(field: str, width: int = 300, height: int = 250) -> tuple[AdPicture, bytes]:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#aa5500").save(file, "PNG")
    data = file.getvalue()
    artifact = Artifact(hashlib.sha256(data).hexdigest(), "image/png", len(data))
    platform, name = field.partition(".")[0], f"{field.replace('.', '_')}_{width}x{height}.png"
    alt = 'A filter & "cup"'
    return AdPicture(platform, field, "designed", name, artifact, width, height, alt, (), "ready"), data
