"""What a person approves: a text, a picture or the script of a video, known by what it says and what it rests on.

edited text, picture, script or claim ─▶ another id ─▶ its own approval is void, and no other's
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdPicture, AdScript, AdState, AdText
from automagic.values.artifact import Artifact

Decision = Literal["approved", "rejected"]
AdAsset = AdText | AdPicture | AdScript
Asset = TypeVar("Asset", AdText, AdPicture, AdScript)
VIDEOS = "videos"
"""The folder of a package in which scripts lie, and later what is made of them."""
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Approval:
    """What a person decided of an asset.

    Attributes:
        when: With its time zone.
        what: Where it stands, for who reads the file: "google.rsa.headline 3".
    """

    state: Decision
    who: str
    when: datetime.datetime
    what: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AdPackage:
    """A package as it was read.

    Attributes:
        texts, pictures, scripts: In the states in which they were made.
        files: The bytes of each picture.
        approvals: By id, also those of assets that are no longer there.
        changed: The id with which an asset was made → its id now, where it changed since.
    """

    brief: AdBrief
    texts: tuple[AdText, ...]
    pictures: tuple[AdPicture, ...]
    files: Mapping[Artifact, bytes]
    approvals: Mapping[str, Approval]
    changed: Mapping[str, str]
    scripts: tuple[AdScript, ...] = ()

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms that it has something for, by name."""
        named = [*(one.platform for one in self.texts), *(one.platform for one in self.pictures)]
        return tuple(dict.fromkeys(named))

    @property
    def assets(self) -> dict[str, AdAsset]:
        """Each by its id: texts, then pictures, then scripts."""
        every: list[AdAsset] = [*self.texts, *self.pictures, *self.scripts]
        return {asset_id(one, self.brief): one for one in every}


def asset_id(asset: AdAsset, brief: AdBrief) -> str:
    """12 hexadecimal digits of where it stands, what it shows, and its claims as they are in `brief`."""
    claims = {claim.id: claim for claim in brief.claims}
    rests = [[claims[one].text, claims[one].proof] if one in claims else [] for one in asset.claims]
    match asset:
        case AdText():
            stands = [asset.platform, asset.field, [asset.text, asset.pin]]
        case AdPicture():
            stands = [asset.platform, asset.field, [asset.name, asset.file.sha256, asset.alt]]
        case AdScript():
            stands = ["", asset.name, [asset.text]]
    said = json.dumps([*stands, rests])
    return hashlib.sha256(said.encode()).hexdigest()[:_DIGITS]


def place_of(asset: AdAsset) -> str:
    """Where it stands, for people."""
    match asset:
        case AdText():
            return f"{asset.field} {asset.number}"
        case AdPicture():
            return f"{asset.platform}/{asset.name}"
        case AdScript():
            return f"{VIDEOS}/{asset.name}"


def state_of(asset: AdAsset, brief: AdBrief, approvals: Mapping[str, Approval]) -> AdState:
    """What was decided of it; where nothing was, the state in which it was made."""
    decided = approvals.get(asset_id(asset, brief))
    return decided.state if decided else asset.state


def decide(package: AdPackage) -> tuple[tuple[AdText, ...], tuple[AdPicture, ...], tuple[AdScript, ...]]:
    """Texts, pictures and scripts in their states now."""
    return _decided(package.texts, package), _decided(package.pictures, package), _decided(package.scripts, package)


def _decided(assets: Sequence[Asset], package: AdPackage) -> tuple[Asset, ...]:
    return tuple(replace(one, state=state_of(one, package.brief, package.approvals)) for one in assets)
