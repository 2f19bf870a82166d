"""What stands on a designed ad: a claim of its platform's texts, whole or in one of the shorter forms that stand there.

    texts of a platform ─▶ claims that it says ─▶ one for each place, and another for each variant ─▶ headline, shorter
                                               └▶ the next one ─▶ detail, where no text of the platform stands beside it

Places begin with different claims: together they say more, and one edited claim leaves the pictures of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from automagic.data import words
from automagic.language.text.sentences import primary_tag
from automagic.media.design.ads.content import AdContent
from automagic.products.ads.brief import AdBrief, Claim
from automagic.products.ads.copy.candidates import role_of
from automagic.products.ads.creative import AdState, AdText

_LONGEST_HEADLINE, _LONGEST_DETAIL = 70, 110
"""Characters: what is longer is read on no ad."""
_MOST_DETAILS = 2
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class AdPhrase:
    """Words that may stand on an ad, and the claims that they rest on."""

    text: str
    claims: tuple[str, ...] = ()
    state: AdState = "ready"


@dataclass(frozen=True, slots=True)
class AdWording:
    """The words of an ad, and what each of its sentences rests on."""

    content: AdContent
    phrases: tuple[AdPhrase, ...]

    def claims_of(self, *shown: str) -> tuple[str, ...]:
        """What these of its words rest on."""
        return tuple(dict.fromkeys(claim for one in self._used(shown) for claim in one.claims))

    def state_of(self, *shown: str) -> AdState:
        """Whether a person has to see one of these words first."""
        return "pending" if any(one.state != "ready" for one in self._used(shown)) else "ready"

    def _used(self, shown: Sequence[str]) -> list[AdPhrase]:
        return [one for one in self.phrases if one.text in shown]


def choose_words(
    brief: AdBrief,
    platform: str,
    texts: Sequence[AdText],
    *,
    turn: int = 0,
    number: int = 0,
    has_detail: bool = True,
) -> AdWording:
    """The words of an ad on a platform.

    Args:
        turn: At which of the brief's claims it begins to look for one that the platform's texts say, from 0; after the
            last comes the first. A claim that is edited, or not said any more, moves no other.
        number: Of the ad among those of its place: each takes the next claim.
        has_detail: Whether a second claim stands under the headline.
    """
    own = [one for one in texts if one.platform == platform and one.state != "rejected"]
    at = turn % len(brief.claims)
    claims = (*brief.claims[at:], *brief.claims[:at])
    ladders = [ladder for claim in claims if (ladder := _ladder(claim, own, _LONGEST_HEADLINE))]
    details: list[AdPhrase] = []
    if ladders:
        headlines = ladders[number % len(ladders)]
        first = next(place for place, claim in enumerate(claims) if claim.id in headlines[0].claims)
        others = (*claims[first + 1 :], *claims[:first])
        second = next((ladder for claim in others if (ladder := _ladder(claim, own, _LONGEST_DETAIL))), None)
        details = (second or [])[:_MOST_DETAILS] if has_detail else []
    else:
        lines = [one for one in own if role_of(one.field.rpartition(".")[2]) == "headline" and not one.claims]
        headlines = _longest_first(AdPhrase(_bare(one.text), (), one.state) for one in lines)[:2] or [
            AdPhrase(brief.name)
        ]
    said = " ".join(one.text for one in (*headlines, *details))
    content = AdContent(
        headlines=tuple(one.text for one in headlines),
        details=tuple(one.text for one in details),
        brand=brief.brand or brief.name,
        call=brief.call or _usual_call(brief),
        price="" if _says_price(brief.price, said) else brief.price,
        disclaimer=brief.disclaimer,
        name=brief.name,
    )
    return AdWording(content, (*headlines, *details))


def _ladder(claim: Claim, texts: Sequence[AdText], longest: int) -> list[AdPhrase]:
    """Ways to say a claim, the longest first; none where no text of the platform says it.

    Whole, and in the person's own shorter forms, it may stand wherever some text rests on it.
    """
    resting = [one for one in texts if claim.id in one.claims]
    if not resting:
        return []
    state: AdState = "ready" if any(one.state in {"ready", "approved"} for one in resting) else "pending"
    whole = [AdPhrase(_bare(text), (claim.id,), state) for text in (claim.text, *claim.short)]
    alone = [
        AdPhrase(_bare(one.text), one.claims, "ready" if one.state in {"ready", "approved"} else "pending")
        for one in resting
        if one.claims == (claim.id,) and role_of(one.field.rpartition(".")[2]) in {"headline", "body"}
    ]
    return _longest_first(one for one in (*alone, *whole) if len(one.text) <= longest)


def _longest_first(phrases: Iterable[AdPhrase]) -> list[AdPhrase]:
    """Each wording once."""
    ordered = sorted(phrases, key=lambda one: (-len(one.text), one.text))
    return list({one.text: one for one in reversed(ordered)}.values())[::-1]


def _bare(text: str) -> str:
    """Without a full stop at its end: neither a headline nor a line under it has one."""
    return text[:-1] if text.endswith((".", "。")) and not text.endswith("..") else text


def _says_price(price: str, said: str) -> bool:
    """Whether a price is said already: it need not stand there twice."""
    figures = _DIGITS.findall(price)
    return bool(figures) and set(figures) <= set(_DIGITS.findall(said))


def _usual_call(brief: AdBrief) -> str:
    """The call that claims least, in the language of the brief; "" where there is none."""
    calls = words("ad_calls").get(primary_tag(brief.language), {}).get("calls", ())
    return str(calls[1] if len(calls) > 1 else calls[0]) if calls else ""
