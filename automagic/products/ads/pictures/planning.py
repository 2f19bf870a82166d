"""Which pictures are made for platforms, and which cannot be: decided from sizes and facts, before a pixel is touched.

fields of platforms ─┬─ photo ─▶ each picture of the brief that is large enough, never enlarged
                     ├─ logo  ─▶ on a ground that shows it
                     └─ ad    ─▶ words of the platform's own texts, the picture that suits its shape
                              └─ none can be made ─▶ a finding: field, limit, what to give
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from automagic.media.design.ads.content import AdContent
from automagic.media.design.ads.formats import AdFormat, density_of
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.briefs.pictures import LoadedPicture
from automagic.products.ads.creative import AdFinding, AdText
from automagic.products.ads.pictures.fields import PictureField, fits_ratio, list_fields, list_turns
from automagic.products.ads.pictures.wording import AdWording, choose_words
from automagic.products.ads.sheets.names import name_ad
from automagic.products.ads.specs.table import AdPlatform, Spec, Specs

_MOST_PHOTOS = 4
"""Of one field: what Google calls an excellent set begins there."""
_LOGO_SHARE = 0.8
"""Of its canvas that a logo fills."""
_UNKNOWN = (20_000, 20_000)
"""Of a picture that a plan has not read: taken for large enough."""
_ENOUGH = 0.5
"""Of a picture that is left when it is cut to a shape: then it is not looked for one that suits better."""


@dataclass(frozen=True, slots=True)
class PlannedPicture:
    """A picture to be made.

    Attributes:
        field: What it is for.
        name: Of its file, without what it ends with.
        form: Its size, and what of it is seen.
        picture, logo: Of the brief; None for none.
        wording: Of an ad.
        alt: What it shows, as far as it is known before.
        findings: What is known already.
    """

    field: PictureField
    name: str
    form: AdFormat
    picture: LoadedPicture | None
    logo: LoadedPicture | None
    wording: AdWording | None
    alt: str
    findings: tuple[AdFinding, ...] = ()

    @property
    def content(self) -> AdContent:
        """The words of an ad."""
        if self.wording is None:
            raise ValueError(f"{self.name} has no words")
        return self.wording.content


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """The pictures to be made, and what is said of fields that get none."""

    pictures: tuple[PlannedPicture, ...]
    findings: tuple[AdFinding, ...] = ()


def plan_pictures(
    brief: AdBrief,
    specs: Specs,
    platforms: Sequence[AdPlatform],
    texts: Sequence[AdText],
    loaded: Sequence[LoadedPicture] = (),
    *,
    variants: int = 1,
) -> PicturePlan:
    """What is made for each picture field of platforms.

    Args:
        loaded: The brief's logo and pictures, with their sizes.
        variants: How many designed ads of each size; each begins with another claim, and with another
            picture where one suits as well.
    """
    logo = next((one for one in loaded if one.is_logo), None)
    planner = _Planner(brief, tuple(one for one in loaded if not one.is_logo), logo, list_turns(specs))
    planned: list[PlannedPicture] = []
    findings: list[AdFinding] = []
    for platform in platforms:
        totals: Counter[str] = Counter()
        limits = {spec.place: spec for spec in specs.of(platform, "count") if spec.field == "images_total"}
        for field in list_fields(platform, specs):
            place = field.spec.place
            found = list(planner.plan(field, texts, variants))
            made = [one for one in found if isinstance(one, PlannedPicture)]
            findings += [one for one in found if isinstance(one, AdFinding)]
            limit = limits[place].max if place in limits and field.use == "photo" else None
            if limit is not None:
                made = made[: max(0, limit - totals[place])]
                totals[place] += len(made)
            planned += made
    if not planner.pictures and any(one.wording for one in planned):
        says = "the ads are made of words alone: the brief has no pictures"
        findings.append(AdFinding("brief.pictures", says, hard=False))
    return PicturePlan(tuple(_named(planned, brief)), tuple(dict.fromkeys(findings)))


def _named(planned: Sequence[PlannedPicture], brief: AdBrief) -> Iterator[PlannedPicture]:
    """Each with a name that no other of its platform has."""
    taken: set[tuple[str, str]] = set()
    for one in planned:
        size, number = f"{one.form.width}x{one.form.height}", 1
        while (one.field.platform, name := name_ad(brief, one.field.spec.place, one.name, size, number)) in taken:
            number += 1
        taken.add((one.field.platform, name))
        yield replace(one, name=name)


@dataclass(frozen=True, slots=True)
class _Planner:
    brief: AdBrief
    pictures: tuple[LoadedPicture, ...]
    logo: LoadedPicture | None
    turns: Mapping[str, int]

    def plan(self, field: PictureField, texts: Sequence[AdText], variants: int) -> Iterator[PlannedPicture | AdFinding]:
        """The pictures of a field, or why there are none."""
        if field.use == "photo":
            yield from self._photos(field)
        elif field.use == "logo":
            yield from self._logos(field)
        else:
            for number in range(variants):
                # Only what is uploaded as it is has no text of the platform beside it.
                words = choose_words(
                    self.brief,
                    field.platform,
                    texts,
                    turn=self.turns[field.spec.place],
                    number=number,
                    has_detail=field.exact,
                )
                yield self._ad(field, words, number)

    def _photos(self, field: PictureField) -> Iterator[PlannedPicture | AdFinding]:
        if not self.pictures:
            yield _missing(field.spec, f"{_called(field)} needs a picture, and the brief has none: give `pictures`")
            return
        count = 0
        largest = (0, 0)
        for picture in self.pictures:
            size = _fitted(field, _size_of(picture))
            if size is None:
                largest = max(largest, _size_of(picture))
                continue
            if count == min(field.most if field.spec.max_items else _MOST_PHOTOS, _MOST_PHOTOS):
                return
            count += 1
            stem = picture.picture.name.rpartition("/")[2].rpartition(".")[0] or picture.picture.name
            yield PlannedPicture(field, stem, _form(field, size), picture, None, None, self._alt(picture))
        if not count:
            yield _missing(
                field.spec,
                f"{_called(field)} needs at least {field.least[0]}x{field.least[1]} pixels of a picture, and the "
                f"largest of the brief has {largest[0]}x{largest[1]}; none is enlarged: give a larger one",
            )

    def _logos(self, field: PictureField) -> Iterator[PlannedPicture | AdFinding]:
        if self.logo is None:
            yield _missing(field.spec, f"{_called(field)} needs a logo, and the brief has none: give `logo`")
            return
        width, height = _size_of(self.logo)
        ratio = field.width / field.height
        across = min(max(width, height * ratio) / _LOGO_SHARE, field.width)
        size = max(round(across), field.least[0]), max(round(across / ratio), field.least[1])
        if not fits_ratio(field, *size):
            size = field.least
        shown = min(size[0] * _LOGO_SHARE / width, size[1] * _LOGO_SHARE / height)
        findings: tuple[AdFinding, ...] = ()
        if shown > 1 / _LOGO_SHARE:
            says = (
                f"{_called(field)} needs {size[0]}x{size[1]} pixels, and the logo has {width}x{height}: it stands small"
            )
            findings = (AdFinding("brief.logo", says, hard=False),)
        alt = self.logo.picture.alt or f"{self.brief.brand or self.brief.name}: logo"
        yield PlannedPicture(field, "logo", _form(field, size), None, self.logo, None, alt, findings)

    def _ad(self, field: PictureField, wording: AdWording, number: int) -> PlannedPicture:
        form = _form(field, (field.width, field.height))
        picture = self._suited(form, number)
        findings: tuple[AdFinding, ...] = ()
        if picture is None and self.pictures:
            need = form.least_pane
            says = (
                f"{_called(field)} is made without a picture: it needs at least {need[0]}x{need[1]} pixels, and those "
                "of the brief are smaller"
            )
            findings = (AdFinding("brief.pictures", says, hard=False),)
        shown = self._alt(picture) if picture else ""
        return PlannedPicture(field, wording.content.headlines[0], form, picture, self.logo, wording, shown, findings)

    def _suited(self, form: AdFormat, number: int) -> LoadedPicture | None:
        """The next picture that loses less than half where it is cut to the pane, else the one that loses least."""
        pane = form.least_pane
        large = [one for one in self.pictures if _size_of(one)[0] >= pane[0] and _size_of(one)[1] >= pane[1]]
        if not large:
            return None
        start = number % len(large)
        turned = large[start:] + large[:start]
        usual = {"strip": 1.4, "banner": 1.5, "wide": 0.85, "square": 1.9, "tall": 0.9}[form.shape]
        kept = [_kept(_size_of(one), usual) for one in turned]
        enough = next((one for one, share in zip(turned, kept, strict=True) if share >= _ENOUGH), None)
        return enough or turned[kept.index(max(kept))]

    def _alt(self, picture: LoadedPicture) -> str:
        """What a picture shows: as somebody said it, else what is advertised, and no more."""
        return picture.picture.alt or f"{self.brief.name}, {self.brief.kind}"


def _size_of(picture: LoadedPicture) -> tuple[int, int]:
    return (picture.source.width, picture.source.height) if picture.source.width else _UNKNOWN


def _kept(size: tuple[int, int], aspect: float) -> float:
    """The share of a picture that is left when it is cut to a shape."""
    own = size[0] / size[1]
    return min(own, aspect) / max(own, aspect)


def _fitted(field: PictureField, size: tuple[int, int]) -> tuple[int, int] | None:
    """The largest size of a field that a picture has the pixels for; None below what is taken."""
    ratio = field.width / field.height
    width = min(size[0], size[1] * ratio)
    if width >= field.width:
        return field.width, field.height
    found = int(width), round(int(width) / ratio)
    enough = found[0] >= field.least[0] and found[1] >= field.least[1] and found[1] <= size[1]
    return found if enough and fits_ratio(field, *found) else None


def _form(field: PictureField, size: tuple[int, int]) -> AdFormat:
    density = 1.0 if field.exact else density_of(*size)
    return AdFormat(*size, density, field.covered if field.use == "ad" else (0, 0, 0, 0))


def _called(field: PictureField) -> str:
    size = f"{field.width}x{field.height}"
    return (
        f"{size} of {field.platform}"
        if field.exact
        else f"{field.spec.field.replace('_', ' ')} of {field.platform} ({size})"
    )


def _missing(spec: Spec, says: str) -> AdFinding:
    is_needed = spec.hard and (spec.required or bool(spec.min_items))
    return AdFinding(spec.id, says, is_needed, spec.source, spec.checked)
