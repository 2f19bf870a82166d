"""What the page shows of each text, picture and fact: plain words and figures, worked out before the template."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automagic.errors import RequestError
from automagic.media.design.platforms import find_platform
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.checking.pictures import facts_of, judge_picture
from automagic.products.ads.creative import AdFinding, AdPicture, AdScript, AdState, AdText
from automagic.products.ads.package.assets import AdAsset, Approval, asset_id, state_of
from automagic.products.ads.preview.lines import mark_source, split_seen, tell_hidden
from automagic.products.ads.specs.table import Counting, Spec, Specs
from automagic.products.ads.videos.slots import VideoSlot
from automagic.values.artifact import Artifact

STATES: Mapping[AdState, str] = {
    "ready": "in the brief's words",
    "pending": "waits for a person",
    "approved": "approved",
    "rejected": "rejected",
}
COUNTED: Mapping[Counting, str] = {
    "chars": "characters",
    "width": "characters, wide ones counted twice",
    "cjk2": "characters, Asian ones counted twice",
    "x_weighted": "characters as X weighs them",
}


@dataclass(frozen=True, slots=True)
class SourceView:
    """A sentence of the brief: its parts, each with whether the line says it, and where it stood."""

    parts: tuple[tuple[str, bool], ...]
    where: str
    proof: str


@dataclass(frozen=True, slots=True)
class StateView:
    """An asset's state.

    Attributes:
        by: Who decided it and when; "" where nobody did.
    """

    id: str
    state: AdState
    words: str
    by: str
    note: str

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided of it."""
        return self.state not in {"approved", "rejected"}


@dataclass(frozen=True, slots=True)
class TextView:
    """A line.

    Attributes:
        seen, cut: What is seen of it, and what is not.
    """

    text: AdText
    seen: str
    cut: str
    state: StateView
    sources: tuple[SourceView, ...]
    findings: tuple[AdFinding, ...]


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture.

    Attributes:
        uri: All of it, as a `data:` address.
        weight: "85.2 kB of 150 kB".
        share: Of the weight that is taken, 0 to 1; None where there is no limit.
        wants: What its placement asks for, in words.
    """

    picture: AdPicture
    uri: str
    shown_px: int
    ratio: str
    weight: str
    share: float | None
    wants: str
    fact: Spec
    state: StateView
    sources: tuple[SourceView, ...]
    findings: tuple[AdFinding, ...]

    @property
    def is_tall(self) -> bool:
        """Whether it fills a phone."""
        return self.picture.height / self.picture.width > _TALL


@dataclass(frozen=True, slots=True)
class ScriptView:
    """The script of a video.

    Attributes:
        made: Where each video that is made of it goes: a shape with its size, and platforms.
    """

    script: AdScript
    text: str
    made: tuple[tuple[str, str], ...]
    state: StateView
    sources: tuple[SourceView, ...]
    findings: tuple[AdFinding, ...]


_TALL = 1.6
_PHONE_PX = 360
"""Width of a phone in CSS pixels, at which a picture of a feed is seen."""
_LOGO_PX = 128


@dataclass(frozen=True, slots=True)
class Looker:
    """What is needed to look at an asset."""

    brief: AdBrief
    files: Mapping[Artifact, bytes]
    specs: Specs
    approvals: Mapping[str, Approval]

    def see_text(self, text: AdText) -> TextView:
        """A line with its source and what speaks against it.

        Raises:
            RequestError: Its platform has no such field.
        """
        fact = next((one for one in self.specs.of(self.specs.platform(text.platform)) if one.id == text.field), None)
        if fact is None:
            raise RequestError(f"{text.platform} has no field {text.field[:60]!r}")
        seen = text.shown
        if seen is None and not fact.hard and fact.max is not None and text.length > fact.max:
            seen = fact.max
        parts = (text.text, "") if seen is None else split_seen(text.text, seen, fact.count or "chars")
        return TextView(
            text, tell_hidden(parts[0]), tell_hidden(parts[1]), self._state(text), self._sources(text), text.findings
        )

    def see_picture(self, picture: AdPicture) -> PictureView:
        """A picture with what it weighs and what its placement asks for."""
        data = self.files[picture.file]
        facts = facts_of(picture, self.specs)
        most = min((one.max_bytes for one in facts if one.max_bytes), default=None)
        weight = f"{_size(len(data))} of {_size(most)}" if most else _size(len(data))
        found = dict.fromkeys((*judge_picture(picture, data, facts), *picture.findings))
        return PictureView(
            picture=picture,
            uri=f"data:{picture.file.media_type};base64,{base64.b64encode(data).decode()}",
            shown_px=_shown_px(picture, facts[0]),
            ratio=_ratio(picture, facts[0]),
            weight=weight,
            share=len(data) / most if most else None,
            wants=_wants(facts[0]),
            fact=facts[0],
            state=self._state(picture),
            sources=self._sources(picture),
            findings=tuple(found),
        )

    def see_script(self, script: AdScript, slots: Sequence[VideoSlot]) -> ScriptView:
        """A script with the claims that it says and the videos that are made of it."""
        shapes = [(find_platform(slot.shape), slot) for slot in slots]
        made = tuple((f"{one.label}, {one.width}x{one.height}", ", ".join(slot.platforms)) for one, slot in shapes)
        text = tell_hidden(script.text)
        return ScriptView(script, text, made, self._state(script), self._sources(script), script.findings)

    def _state(self, asset: AdAsset) -> StateView:
        key = asset_id(asset, self.brief)
        state, decided = state_of(asset, self.brief, self.approvals), self.approvals.get(key)
        by = f"{tell_hidden(decided.who)}, {decided.when:%Y-%m-%d %H:%M}" if decided else ""
        words = "as made" if state == "ready" and isinstance(asset, AdPicture) else STATES[state]
        return StateView(key, state, words, by, tell_hidden(decided.note) if decided else "")

    def _sources(self, asset: AdAsset) -> tuple[SourceView, ...]:
        claims = {one.id: one for one in self.brief.claims}
        said = asset.text if isinstance(asset, AdText) else ""
        found = []
        for one in asset.claims:
            if one in claims:
                text = tell_hidden(claims[one].text)
                parts = mark_source(said, text) if said else ((text, True),)
                found.append(SourceView(parts, claims[one].where, claims[one].proof))
            else:
                found.append(SourceView((("the brief has this claim no more", False),), "", ""))
        return tuple(found)


def _shown_px(picture: AdPicture, fact: Spec) -> int:
    """How wide it is seen, in CSS pixels: display ads as they are, what stands in a feed as wide as a phone."""
    if fact.kind == "sizes" or picture.width <= _PHONE_PX:
        return picture.width
    if "logo" in fact.field:
        return _LOGO_PX * (2 if picture.width > picture.height else 1)
    return _PHONE_PX


def _ratio(picture: AdPicture, fact: Spec) -> str:
    ratio = picture.width / picture.height
    for wanted in (fact.ratio, *fact.ratios, "1:1", "1.91:1", "4:5", "9:16", "2:3", "16:9", "4:1"):
        across, _, down = wanted.partition(":")
        if wanted and abs(ratio * float(down) / float(across) - 1) < 0.004:
            return wanted
    return f"{ratio:.2f}:1"


def _wants(fact: Spec) -> str:
    ratio = fact.ratio or " or ".join(fact.ratios)
    least = f"at least {fact.min_width} px wide" if fact.min_width else ""
    advised = f"{fact.width}x{fact.height} advised" if fact.width and fact.height else ""
    exact = "a size of its own, exactly" if fact.kind == "sizes" else ""
    return ", ".join(filter(None, (ratio, least, advised, exact)))


def _size(size_bytes: int) -> str:
    """In kilobytes of 1,024 bytes, as platforms count theirs."""
    kilobytes = size_bytes / 1024
    return f"{kilobytes:,.1f} KB" if kilobytes < 100 else f"{kilobytes:,.0f} KB"
