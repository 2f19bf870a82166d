"""From what was found to a brief: its claims, and what speaks against advertising it.

A person's own claim that cannot stand is refused, so that they mend it. A sentence found in a text or page that cannot
is kept out and told; only when nothing is left is the whole refused.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from automagic.errors import RequestError
from automagic.language.text.identify import identify_language
from automagic.language.text.sentences import primary_tag
from automagic.products.ads.brief import AdBrief, Claim
from automagic.products.ads.briefs.claims import make_claims, points_elsewhere
from automagic.products.ads.briefs.delicate import addresses_model, find_subjects, name_of_other, needs_proof
from automagic.products.ads.briefs.endings import ended_on
from automagic.products.ads.briefs.letters import check_fonts, find_bad_letters
from automagic.products.ads.briefs.links import check_link
from automagic.products.ads.briefs.material import BriefMaterial, BriefSentence, KeptOut, ReadBrief
from automagic.products.ads.briefs.phrases import is_known
from automagic.products.ads.briefs.prices import check_prices, find_bare_price

_LEAST = 'The least is name, kind, link and claims = ["…"].'
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MOST_CLAIMS, _LONGEST_CLAIM = 60, 400


def complete(material: BriefMaterial, *, today: datetime.date) -> ReadBrief:
    """The brief.

    Raises:
        RequestError: Something is missing, or cannot be advertised as it is: one sentence that says which and why.
    """
    material = _composed(material)
    _check_fields(material)
    brief = _without_claims(material)
    claims, kept_out = _choose(material.sentences, brief, today)
    if not claims:
        why = f": {kept_out[0].why}" if kept_out else ""
        raise RequestError(
            f"{material.location} has no claim that can be advertised{why or '.'}",
            hint="Give sentences that state what it is or does, in claims = […], those that need it with proof.",
        )
    if material.offer_until is not None and material.offer_until < today:
        raise RequestError(
            f"the offer ended on {material.offer_until.isoformat()}", hint="Change offer_until, or leave it out."
        )
    if len(claims) > _MOST_CLAIMS:  # of fewer sentences, some of which were parted
        raise RequestError(f"{material.location} has more than {_MOST_CLAIMS} claims", hint="Give the most telling.")
    check_prices(brief, claims)
    shown = [*_texts(brief), *(text for one in claims for text in (one.text, *one.short))]
    subjects = list(find_subjects(shown))
    for subject, found in subjects:
        if subject == "politics":
            raise RequestError(
                f"This is political advertising (“{found}”): our sheets declare to Google that there is none",
                hint="Make it by hand at the platform, with the declarations that it asks for there.",
            )
    check_fonts(shown, brief.language)
    return ReadBrief(
        brief=replace(brief, claims=claims),
        location=material.location,
        kept_out=tuple(kept_out),
        subjects=tuple(subject for subject, _ in subjects),
        folder=material.folder,
        notices=(*material.notices, *_notices(kept_out, subjects, brief.language)),
    )


def _composed(material: BriefMaterial) -> BriefMaterial:
    """Its texts in Unicode's normal form C, in which platforms are taken to count: "é" is one sign, not two."""

    def plain(text: str) -> str:
        return unicodedata.normalize("NFC", text)

    sentences = tuple(
        replace(one, text=plain(one.text), short=tuple(map(plain, one.short))) for one in material.sentences
    )
    return replace(
        material,
        sentences=sentences,
        name=plain(material.name),
        kind=plain(material.kind),
        brand=plain(material.brand),
        campaign=plain(material.campaign),
        call=plain(material.call),
        price=plain(material.price),
        disclaimer=plain(material.disclaimer),
        keep=tuple(map(plain, material.keep)),
        allowed=tuple(map(plain, material.allowed)),
    )


def assemble(material: BriefMaterial) -> AdBrief:
    """The brief with all its claims, of which none is judged: they were, when it was completed.

    Raises:
        RequestError: One of the fields that every brief has is missing, or cannot be shown.
    """
    _check_fields(material)
    brief = _without_claims(material)
    claims = {one.id: one for sentence in material.sentences for one in _claims_of(sentence, brief)}
    return replace(brief, claims=tuple(claims.values()))


def _check_fields(material: BriefMaterial) -> None:
    for name, value in (("name", material.name), ("kind", material.kind)):
        if not any(letter.isalnum() for letter in value):
            raise RequestError(f"{material.location} does not say its {name}", hint=f"{_LEAST} Or give --{name}.")
    check_link(material.link)
    if not material.sentences:
        raise RequestError(f"{material.location} has no claim", hint=_LEAST)
    if len(material.sentences) > _MOST_CLAIMS:
        raise RequestError(f"{material.location} has more than {_MOST_CLAIMS} claims", hint="Give the most telling.")
    for colour in material.colours:
        if not _COLOUR.fullmatch(colour):
            raise RequestError(f"the colour {colour[:20]!r} is not like #1a2b3c")
    for name in ("name", "kind", "brand", "campaign", "call", "price", "disclaimer"):
        text: str = getattr(material, name)
        if why := find_bad_letters(text):
            raise RequestError(f"the {name} {why}", hint="Leave it out.")
        if found := addresses_model(text):
            raise RequestError(f"the {name} speaks to a language model (“{found}”) and not to a reader")
        if name in ("kind", "call", "disclaimer") and (why := needs_proof(text)):
            raise RequestError(f"the {name} wants proof: {why}", hint="Say it in a claim with proof, or leave it out.")


def _choose(
    sentences: Sequence[BriefSentence], brief: AdBrief, today: datetime.date
) -> tuple[tuple[Claim, ...], list[KeptOut]]:
    """The claims that stand, each once, and those that do not."""
    claims: dict[str, Claim] = {}
    kept_out: list[KeptOut] = []
    for sentence in sentences:
        for text in sentence.short:
            if why := next(_faults(text, brief, today), ""):
                raise RequestError(f"{sentence.where}, short: {text!r} {why}")
        for claim in _claims_of(sentence, brief):
            if why := next(_faults(claim.text, brief, today), ""):
                if sentence.is_claim:
                    raise RequestError(f"{claim.where} {why}", hint="Change the sentence, or leave it out.")
                kept_out.append(KeptOut(claim, f"“{_shortened(claim.text)}” {why}."))
            elif not claim.proof and (unproven := _unproven(claim)):
                kept_out.append(KeptOut(claim, f"{unproven}, and no proof is named."))
            else:
                claims.setdefault(claim.id, claim)
    return tuple(claims.values()), kept_out


def _faults(text: str, brief: AdBrief, today: datetime.date) -> Iterator[str]:
    """Why a text can stand in no ad, as the end of a sentence."""
    if not any(letter.isalpha() for letter in text):
        yield "says nothing"
    if len(text) > _LONGEST_CLAIM:
        yield f"is longer than {_LONGEST_CLAIM} characters"
    if why := find_bad_letters(text):
        yield why
    if found := addresses_model(text):
        yield f"speaks to a language model (“{found}”) and not to a reader"
    if mark := points_elsewhere(text):
        yield f"has a note ({mark}) that stands elsewhere: without it the sentence says more"
    if day := ended_on(text, brief.language, today):
        yield f"speaks of an offer that ended on {day.isoformat()}"
    if name := name_of_other(text, brief):
        yield f"names “{name}”, and allowed = […] does not say that you may"
    if bare := find_bare_price(text, brief.language):
        yield f"has the price {bare!r} without a currency"


def _claims_of(sentence: BriefSentence, brief: AdBrief) -> tuple[Claim, ...]:
    return make_claims(
        sentence.text,
        sentence.where,
        brief.language,
        short=sentence.short,
        proof=sentence.proof,
        is_whole=sentence.is_whole,
    )


def _unproven(claim: Claim) -> str:
    return next((why for text in (claim.text, *claim.short) if (why := needs_proof(text))), "")


def _without_claims(material: BriefMaterial) -> AdBrief:
    language = material.language or identify_language(" ".join(one.text for one in material.sentences)) or "en"
    return AdBrief(
        name=material.name,
        kind=material.kind,
        link=material.link,
        claims=(),
        language=language,
        brand=material.brand or material.name,
        campaign=material.campaign,
        call=material.call,
        price=material.price,
        disclaimer=material.disclaimer,
        offer_until=material.offer_until,
        logo=material.logo,
        pictures=material.pictures,
        colours=tuple(colour.lower() for colour in material.colours),
        keep=material.keep,
        allowed=material.allowed,
    )


def _texts(brief: AdBrief) -> tuple[str, ...]:
    return brief.name, brief.kind, brief.brand, brief.call, brief.price, brief.disclaimer


def _notices(kept_out: Sequence[KeptOut], subjects: Sequence[tuple[str, str]], language: str) -> Iterator[str]:
    for one in kept_out:
        yield f"Kept out ({one.claim.where}): {one.why}"
    for subject, found in subjects:
        yield f"This is about {subject} (“{found}”): a person has to look at every line before it is published."
    if not is_known(language):
        yield (
            f"There are no word lists for the language {primary_tag(language)!r}: conditions, hedges and praise "
            "are not recognised in it."
        )


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59].rsplit(" ", 1)[0] + "…"
