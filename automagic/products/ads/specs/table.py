"""The facts of `data/ad_specs.toml`, and of a person's own `ad_specs.toml`, each checked when it is read.

data/ad_specs.toml ──┐
                     ├─▶ read_specs ─▶ Specs ─▶ of("google-rsa") ─▶ its fields, formats and rules
home/ad_specs.toml ──┘   (wins, by id)
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec

from automagic.data import shipped
from automagic.errors import RequestError
from automagic.reading.named_files import read_named
from automagic.reading.toml import parse_toml
from automagic.shaping import to_shape

SpecKind = Literal[
    "text", "image", "video", "bytes", "count", "sizes", "zone", "enum", "serving", "counting", "policy", "advice",
    "export",
]  # fmt: skip
Counting = Literal["chars", "width", "cjk2", "x_weighted"]
OWN_FILE = "ad_specs.toml"
_MOST_BYTES = 2_000_000
_OLD_DAYS = 90
"""Limits of three platforms changed within a year: what was read longer ago is said to be old."""


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fact. Numbers that a row does not name are None.

    Attributes:
        id: "google.rsa.headline": platform, format, field.
        hard: Whether the platform refuses what breaks it; else it cuts, hides or advises.
        confirmed: Whether nobody contradicts it.
        evidence: "official", "sdk", "mirror", "partner", "third" or "memory", or several joined by "+".
        checked: The day on which it was read, ISO 8601.
        max, min: Of a text, in `count`; of a count, in things.
        truncates: What is seen before a text is cut, in `count`; then `max` is what is taken.
        min_items, max_items: How many of it.
        ratio, ratios: "1.91:1", to within `tolerance`.
        width, height: Which are advised, in pixels; `min_…` and `max_…` are limits.
        top, bottom, left, right: What the interface covers of 1080x1920, in pixels.
        max_share: Of an image that text may cover, 0 to 1.
        sound: Whether a video without any is refused.
    """

    id: str
    platform: str
    format: str
    kind: SpecKind
    hard: bool
    confirmed: bool
    evidence: str
    source: str
    checked: datetime.date
    also: str = ""
    note: str = ""
    rule: str = ""
    count: Counting | None = None
    required: bool = False
    max: int | None = None
    min: int | None = None
    truncates: int | None = None
    truncates_cjk: int | None = None
    recommended: str = ""
    min_items: int | None = None
    max_items: int | None = None
    values: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    size: int | None = None
    ratio: str = ""
    ratios: tuple[str, ...] = ()
    tolerance: float | None = None
    width: int | None = None
    height: int | None = None
    min_width: int | None = None
    min_height: int | None = None
    max_width: int | None = None
    max_height: int | None = None
    min_ratio: float | None = None
    max_ratio: float | None = None
    sizes: tuple[str, ...] = ()
    min_sizes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    min_bytes: int | None = None
    max_bytes: int | None = None
    max_share: float | None = None
    top: int | None = None
    bottom: int | None = None
    left: int | None = None
    right: int | None = None
    min_s: float | None = None
    max_s: float | None = None
    shown_s: float | None = None
    max_fps: float | None = None
    min_kbps: int | None = None
    max_frames: int | None = None
    max_files: int | None = None
    max_name: int | None = None
    max_audio_khz: int | None = None
    codecs: tuple[str, ...] = ()
    captions: str = ""
    sound: bool = False
    shown_headlines: int | None = None
    shown_descriptions: int | None = None

    @property
    def field(self) -> str:
        """Its last part: "headline"."""
        return self.id.removeprefix(f"{self.platform}.{self.format}.")

    @property
    def place(self) -> str:
        """Its first two parts: "google.rsa"."""
        return f"{self.platform}.{self.format}"

    def is_old(self, today: datetime.date) -> bool:
        """Whether it was read so long ago that it may have changed."""
        return (today - self.checked).days > _OLD_DAYS


class AdPlatform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `--platform` names.

    Attributes:
        formats: The first two parts of the facts that belong to it: "google.rsa".
        rules: The same, of what holds for others as well: "google.policy".
    """

    name: str
    label: str
    formats: tuple[str, ...]
    rules: tuple[str, ...] = ()


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    platform: tuple[AdPlatform, ...] = ()
    spec: tuple[Spec, ...] = ()


class Specs:
    """All facts, by platform."""

    def __init__(self, platforms: Iterable[AdPlatform], specs: Iterable[Spec]) -> None:
        self._platforms = {platform.name: platform for platform in platforms}
        self._specs = {spec.id: spec for spec in specs}

    def __iter__(self) -> Iterator[Spec]:
        return iter(self._specs.values())

    @property
    def platforms(self) -> tuple[AdPlatform, ...]:
        """Those that `--platform` may name."""
        return tuple(self._platforms.values())

    @cached_property
    def _by_place(self) -> dict[str, list[Spec]]:
        found: dict[str, list[Spec]] = {}
        for spec in self._specs.values():
            found.setdefault(spec.place, []).append(spec)
        return found

    def platform(self, name: str) -> AdPlatform:
        """The platform of a name.

        Raises:
            RequestError: There is none.
        """
        known = self._platforms.get(name.strip().lower())
        if known is None:
            near = difflib.get_close_matches(name.lower(), self._platforms, n=1)
            meant = f"Did you mean {near[0]}? " if near else ""
            hint = f"{meant}There are: {', '.join(self._platforms)}."
            raise RequestError(f"there is no advertising platform {name[:60]!r}", hint=hint)
        return known

    def of(self, platform: AdPlatform, *kinds: SpecKind) -> tuple[Spec, ...]:
        """Its facts, of these kinds or of all: those of its formats first, then the rules that it shares."""
        found = [spec for place in (*platform.formats, *platform.rules) for spec in self._by_place.get(place, ())]
        return tuple(spec for spec in found if not kinds or spec.kind in kinds)

    def find(self, name: str) -> Spec:
        """The fact of this id, which is known to be there."""
        return self._specs[name]


def read_specs(home: Path | None = None) -> Specs:
    """The facts that ship, and in their place those of a person's own file where there is one.

    Raises:
        RequestError: The own file is not what it should be: an unknown name, a limit below its least.
    """
    shipped_table = _read(shipped("ad_specs.toml").read_bytes(), "ad_specs.toml")
    own = home / OWN_FILE if home else None
    if own is None or not own.exists():
        return Specs(shipped_table.platform, shipped_table.spec)
    table = _read(read_named(own, _MOST_BYTES, what="a file of specifications"), str(own))
    return Specs((*shipped_table.platform, *table.platform), (*shipped_table.spec, *table.spec))


def _read(data: bytes, name: str) -> _Table:
    try:
        table = to_shape(parse_toml(data, name=name), _Table, strict=False)
    except msgspec.ValidationError as error:
        raise RequestError(f"{name}: {error}", hint="`automagic ads specs` shows how rows are made.") from error
    for spec in table.spec:
        if fault := _fault(spec):
            raise RequestError(f"{name}: {spec.id} {fault}")
    return table


def _fault(spec: Spec) -> str:
    """What cannot be true of a fact; "" for nothing."""
    if not spec.id.startswith(f"{spec.place}.") or not spec.field:
        return f"is not of {spec.place}"
    pairs = (
        ("min", spec.min, spec.max), ("min_items", spec.min_items, spec.max_items), ("min_s", spec.min_s, spec.max_s),
        ("min_bytes", spec.min_bytes, spec.max_bytes), ("min_width", spec.min_width, spec.max_width),
        ("min_height", spec.min_height, spec.max_height), ("min_ratio", spec.min_ratio, spec.max_ratio),
        ("truncates", spec.truncates, spec.max),
    )  # fmt: skip
    for name, least, most in pairs:
        if least is not None and most is not None and least > most:
            return f"has a {name} of {least:g}, above its limit of {most:g}"
    if spec.kind == "text" and spec.max is not None and spec.count is None:
        return "does not say how it is counted: chars, width, cjk2 or x_weighted"
    return ""
