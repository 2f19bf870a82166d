"""What stands on a designed ad: only texts that were chosen for its platform, each as it was written there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.data import words
from automagic.language.text.sentences import primary_tag
from automagic.media.design.ads.content import AdContent
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.copy.candidates import role_of
from automagic.products.ads.creative import AdState, AdText

_LONGEST_HEADLINE, _LONGEST_DETAIL = 70, 110
"""Characters: what is longer is read on no ad."""
_MOST_DETAILS = 2
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class AdWording:
    """The words of an ad, and the texts of its platform that they are."""

    content: AdContent
    texts: tuple[AdText, ...]

    def claims_of(self, *shown: str) -> tuple[str, ...]:
        """What these of its words rest on."""
        return tuple(dict.fromkeys(claim for one in self._used(shown) for claim in one.claims))

    def state_of(self, *shown: str) -> AdState:
        """Whether a person has to see one of these words first."""
        return "pending" if any(one.state != "ready" for one in self._used(shown)) else "ready"

    def _used(self, shown: Sequence[str]) -> list[AdText]:
        wanted = {_bare(text) for text in shown if text}
        return [one for one in self.texts if _bare(one.text) in wanted]


def choose_words(brief: AdBrief, platform: str, texts: Sequence[AdText], number: int) -> AdWording:
    """The words of ad `number` (from 0) on a platform: each number begins with another claim."""
    own = [one for one in texts if one.platform == platform and one.state != "rejected"]
    heads = [one for one in own if _role(one) == "headline" and len(one.text) <= _LONGEST_HEADLINE]
    bodies = [one for one in own if _role(one) == "body" and len(one.text) <= _LONGEST_DETAIL]
    order = {claim.id: place for place, claim in enumerate(brief.claims)}
    angles = sorted({one.claims for one in heads if one.claims}, key=lambda ids: [order.get(one, 99) for one in ids])
    if angles:
        angle = angles[number % len(angles)]
        ladder = _ladder([one for one in heads if one.claims == angle])
    else:
        angle = ()
        ladder = _ladder([one for one in heads if not one.claims])[:2]
    more = [one for one in (*bodies, *heads) if one.claims and not set(one.claims) & set(angle)]
    more.sort(key=lambda one: ([order.get(claim, 99) for claim in one.claims], -len(one.text)))
    first = more[number % len(more)].claims if more else ()
    details = _ladder([one for one in more if one.claims == first])[:_MOST_DETAILS]
    said = " ".join(one.text for one in (*ladder[:1], *details[:1]))
    content = AdContent(
        headlines=tuple(_bare(one.text) for one in ladder) or (brief.name,),
        details=tuple(_bare(one.text) for one in details),
        brand=brief.brand or brief.name,
        call=brief.call or _usual_call(brief),
        price="" if _says_price(brief.price, said) else brief.price,
        disclaimer=brief.disclaimer,
    )
    return AdWording(content, (*ladder, *details))


def _ladder(texts: Sequence[AdText]) -> list[AdText]:
    """The longest first, each wording once."""
    longest = sorted(texts, key=lambda one: (-len(one.text), one.text))
    return list({_bare(one.text): one for one in longest}.values())


def _bare(text: str) -> str:
    """Without a full stop at its end: a headline has none."""
    return text[:-1] if text.endswith((".", "。")) and not text.endswith("..") else text


def _says_price(price: str, said: str) -> bool:
    """Whether a price is said already: it need not stand there twice."""
    figures = _DIGITS.findall(price)
    return bool(figures) and set(figures) <= set(_DIGITS.findall(said))


def _role(text: AdText) -> str:
    return role_of(text.field.rpartition(".")[2])


def _usual_call(brief: AdBrief) -> str:
    """The call that claims least, in the language of the brief; "" where there is none."""
    calls = words("ad_calls").get(primary_tag(brief.language), {}).get("calls", ())
    return str(calls[1] if len(calls) > 1 else calls[0]) if calls else ""
