"""What an ad is made of: a brief, and the claims in it, beyond which nothing is said."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """An atomic statement of a brief.

    Attributes:
        id: 8 hexadecimal digits of its text: an edited claim is another one, and its neighbours stay what they are.
        text: A whole sentence, as the person wrote it.
        where: Of the brief: "claims[2]", "paragraph 3", "JSON-LD offers".
        numbers: With their units and signs, as they stand in the text.
        hedges: "from", "up to", "about", "can": without them it would say more.
        conditions: Parts of the text under which alone it holds: "with a subscription", "until Sunday".
        short: Shorter ways to say it, by the person: nothing shorter is made of them.
        proof: Address of what proves it; "" for none.
    """

    id: str
    text: str
    where: str
    numbers: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    proof: str = ""


def claim_id(text: str) -> str:
    """Of a claim of this text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class BriefPicture:
    """A picture to advertise with.

    Attributes:
        name: Of its file, as the brief has it.
        sha256: Of its bytes.
        focus: What must be seen: x and y, each 0 to 1 from the upper left; None where nobody said it.
        alt: What it shows, for who does not see it; "" where nobody said it.
    """

    name: str
    sha256: str
    focus: tuple[float, float] | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True)
class AdBrief:
    """What shall be advertised. `name`, `kind`, `link` and one claim are the least.

    Attributes:
        name: Of the product: "KeraFilter".
        kind: What it is: "coffee filter".
        link: Where an ad leads; https.
        language: BCP-47 tag of its texts.
        brand: Who advertises; the name where it is not said.
        campaign: "" for the name.
        call: A phrase such as "Shop now"; "" for the platform's own.
        price: With its currency, as it is to be read: "39 €".
        disclaimer: What must be legible on every designed ad; "" for nothing.
        offer_until: The last day of what is offered.
        logo, pictures: Files beside the brief.
        colours: "#rrggbb", the brand's own first.
        keep: Words to be written as they are here: brands in capitals.
        allowed: Names of others that it may name.
    """

    name: str
    kind: str
    link: str
    claims: tuple[Claim, ...]
    language: str = "en"
    brand: str = ""
    campaign: str = ""
    call: str = ""
    price: str = ""
    disclaimer: str = ""
    offer_until: datetime.date | None = None
    logo: BriefPicture | None = None
    pictures: tuple[BriefPicture, ...] = ()
    colours: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
