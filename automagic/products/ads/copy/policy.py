"""What speaks against a text by the rules of platforms and by law, each with the fact that says so.

    google.policy.exclamation (fact) ──▶ its check ──▶ AdFinding(rule, says, hard, source, checked)

A check is found by the id of its fact, so that a rule of another platform is one row in `ad_specs.toml` and one in
`_CHECKS`. What holds everywhere ("brief.price") rests on no platform's row.
"""

from __future__ import annotations

import datetime
import itertools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from automagic.data import words
from automagic.language.text.sentences import primary_tag
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.briefs.claims import CURRENCY
from automagic.products.ads.briefs.delicate import Subject, find_cure, find_praise, find_subjects
from automagic.products.ads.briefs.endings import ended_on
from automagic.products.ads.briefs.letters import find_unseen, find_untaken
from automagic.products.ads.briefs.phrases import find_phrase
from automagic.products.ads.briefs.prices import find_bare_price, find_prices
from automagic.products.ads.creative import AdFinding
from automagic.products.ads.specs.table import AdPlatform, Spec, Specs

_LISTS = words("ad_policy")
_EVERYWHERE = ("eu.law.generic_green_claims", "eu.law.prior_price")
_REPEATED = re.compile(
    r"([!?,;:*~#|_=^<>•★☆])\s*\1|(?<!\.)\.\.(?!\.)|[-–—]{3,}|\?!|!\?|[•★☆►▶✓✔]|(?:^|\s)\*|\*(?:\s|$)"
)
_ELLIPSIS = re.compile(r"…|\.{3,}|。。+|・・・")
_SYMBOL_LETTER = re.compile(
    r"[^\W\d_][$@€*_~^|][^\W\d_]|[$@€][^\W\d_]{2,}|\b[^\W\d_]+[0134](?=[^\W\d_]{2,})[^\W\d_]+\b"
)
_ADDRESS = re.compile(r"\S+@\S+\.\S+|https?://\S+")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00)?\(?\d{1,4}\)?(?:[ ./-]?\(?\d{2,4}\)?){2,5}(?![\w%€$£])")
_DATE_OR_SIZE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(?<!\d)\d{1,3}(?:[., ]\d{3})+(?![ -]?\d)|\d+\s*[x×]\s*\d+"
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MIXED = re.compile(r"\b[^\W\d_]*[a-zß-ÿ][A-ZÀ-Þ][^\W\d_]*\b")
_FEWEST_CAPITALS = 4
_ORDINARY = "ªº¹²³™℠℃"
_FEWEST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Line:
    """A text that is judged.

    Attributes:
        headline: Whether it stands in the field of a headline or title.
        proven: Whether its claim names what proves it.
    """

    text: str
    brief: AdBrief
    today: datetime.date
    headline: bool = False
    proven: bool = False


def find_faults(line: Line, facts: Sequence[Spec]) -> tuple[AdFinding, ...]:
    """What speaks against a line, by facts of platforms and by what holds everywhere."""
    found = [
        AdFinding(fact.id, says, fact.hard, fact.source, fact.checked)
        for fact in facts
        if (check := _CHECKS.get(fact.id)) and (says := check(line))
    ]
    told = {one.says for one in found}
    own = [
        AdFinding(f"brief.{name}", says, hard) for name, hard, check in _OWN if (says := check(line)) not in {"", *told}
    ]
    return tuple(dict.fromkeys((*found, *own)))


def facts_for(specs: Specs, platforms: Sequence[AdPlatform]) -> tuple[Spec, ...]:
    """The facts about wording of platforms, with the law; each once."""
    rules = [fact for platform in platforms for fact in specs.of(platform) if fact.id in _CHECKS]
    return tuple({fact.id: fact for fact in (*rules, *map(specs.find, _EVERYWHERE))}.values())


def _characters(line: Line) -> str:
    found = find_untaken(line.text)
    return f"it has {found}: take it out." if found else ""


def _tiktok(line: Line) -> str:
    found = re.search(r"[{}#]", line.text)
    return f"“{found[0]}” is not taken by TikTok: take it out." if found else _characters(line)


def _unseen(line: Line) -> str:
    found = find_unseen(line.text)
    return f"it has {found}, which nobody sees: take it out." if found else ""


def _punctuation(line: Line) -> str:
    text = _ELLIPSIS.sub(" ", _ADDRESS.sub(" ", line.text))
    if found := _REPEATED.search(text):
        return f"“{found[0].strip()}” repeats or decorates: write plain punctuation."
    return _symbols(line)


def _symbols(line: Line) -> str:
    text = _without_kept(_ADDRESS.sub(" ", line.text), line.brief)
    if shaped := next((sign for sign in text if _is_shaped(sign)), ""):
        return f"“{shaped}” is a letter of another shape ({unicodedata.name(shaped, '').lower()}): write it plain."
    found = next(
        (one for one in _SYMBOL_LETTER.finditer(text) if not re.fullmatch(r"(?:US|A|C|NZ)\$\w*", one[0])), None
    )
    if found and not re.search(rf"(?:{CURRENCY})\w*$", found[0][-1:] + "x"):
        return f"“{found[0]}” has a sign in place of a letter: write the word."
    return ""


def _is_shaped(sign: str) -> bool:
    """Whether it is a letter drawn otherwise, 𝐛𝐨𝐥𝐝, ᵗⁱⁿʸ or ⓡⓞⓤⓝⓓ, and no full-width one, ordinal or unit."""
    shape = unicodedata.decomposition(sign).partition(" ")[0]
    return shape in {"<font>", "<super>", "<sub>", "<circle>"} and sign not in _ORDINARY


def _exclamation(line: Line) -> str:
    count = line.text.count("!") + line.text.count("！") + line.text.count("¡") // 2
    if line.headline and count:
        return "a headline may have no exclamation mark: take it out."
    return "one exclamation mark is the most that an ad may have." if count > 1 else ""


def _capitals(line: Line) -> str:
    text = _without_kept(line.text, line.brief)
    acronyms = frozenset(_LISTS["acronyms"])
    every = [part for word in _WORD.findall(text) for part in re.split("[-'’]", word)]
    loud = [word for word in every if _is_loud(word) and word.upper() not in acronyms]
    if loud:
        return f"“{loud[0]}” is in capitals: write it small, or name it in `keep` when it is a name."
    mixed = [word for word in _MIXED.findall(text) if not any(word.startswith(one) for one in _LISTS["mixed"])]
    if mixed and not re.match(r"(?:Mc|Mac|O'|De|Di|La|Le|Van)[A-Z]", mixed[0]):
        return f"“{mixed[0]}” has capitals inside: write it small, or name it in `keep` when it is a name."
    return ""


def _is_loud(word: str) -> bool:
    letters = [sign for sign in word if sign.isalpha()]
    if len(letters) < _FEWEST_CAPITALS or any(
        sign.isdigit() for sign in word
    ):  # shorter ones are acronyms, and codes have digits
        return False
    return all(sign.isupper() for sign in letters)


def _without_kept(text: str, brief: AdBrief) -> str:
    own = {brief.name, brief.brand, *brief.keep, *brief.allowed}
    for name in sorted(
        (one for phrase in own for one in (phrase, *phrase.split()) if len(one) > 1), key=len, reverse=True
    ):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    return text


def _repetition(line: Line) -> str:
    every = [word.casefold() for word in _WORD.findall(line.text)]
    for before, word in itertools.pairwise(every):
        if before == word and len(word) > 1 and not word.isdigit() and word not in _LISTS["doubled"]:
            return f"“{word}” stands twice in a row: say it once."
    loud = [word for word in set(every) if len(word) > 3 and every.count(word) > 2]
    if loud and len(every) < 12:
        return f"“{sorted(loud)[0]}” stands {every.count(sorted(loud)[0])} times: say it once."
    return ""


def _phone(line: Line) -> str:
    text = _DATE_OR_SIZE.sub(" ; ", _ADDRESS.sub(" ", line.text))
    for found in _PHONE.finditer(text):
        if sum(sign.isdigit() for sign in found[0]) >= _FEWEST_DIGITS:
            return f"“{found[0].strip()}” looks like a telephone number, which belongs into an extension: take it out."
    return ""


def _click_here(line: Line) -> str:
    found = find_phrase(line.text, _LISTS["click_here"])
    return f"“{found}” would fit any ad: say what one gets." if found else ""


def _ellipsis(line: Line) -> str:
    found = _ELLIPSIS.search(line.text)
    return f"“{found[0]}” is an ellipsis: end the sentence." if found else ""


def _superlative(line: Line) -> str:
    found = "" if line.proven else find_praise(line.text, "superlative")
    return f"“{found}” needs proof: name its address in `proof`, or say it plainly." if found else ""


def _superlative_cn(line: Line) -> str:
    found = find_phrase(line.text, _LISTS["superlatives_cn"], _LISTS["no_superlatives_cn"])
    if primary_tag(line.brief.language) != "zh" or not found:
        return ""
    return f"“{found}” is a superlative, which advertising law in China bans: say it plainly."


def _superlative_kr(line: Line) -> str:
    found = find_phrase(line.text, _LISTS["superlatives_kr"], _LISTS["no_superlatives_kr"])
    if primary_tag(line.brief.language) != "ko" or line.proven or not found:
        return ""
    return f"“{found}” needs proof by somebody else on the page that the ad leads to."


def _amazon(line: Line) -> str:
    if found := find_phrase(line.text, (*_LISTS["urging"], *_LISTS["click_here"])):
        return f"“{found}” urges, which Amazon refuses: say what it is."
    return _superlative(line) or _capitals(line)


def _green(line: Line) -> str:
    found = "" if line.proven else find_praise(line.text, "green")
    if not found:
        return ""
    return f"“{found}” is a general claim about the environment, banned towards consumers without recognised proof."


def _cure(line: Line) -> str:
    found = "" if line.proven else find_cure(line.text) or find_praise(line.text, "study")
    return f"“{found}” promises a cure, or speaks of a study: it needs proof." if found else ""


def _risk(line: Line) -> str:
    found = "" if line.proven else find_praise(line.text, "risk")
    return f"“{found}” promises that there is no risk: it needs proof." if found else ""


def _subject(line: Line, subject: Subject) -> str:
    found = dict(find_subjects([line.text])).get(subject)
    return f"it is about {subject} (“{found}”): a person has to look at it." if found else ""


def _personal(line: Line) -> str:
    for pattern in _LISTS["personal"]:
        if found := re.search(rf"(?<!\w){pattern}(?!\w)", line.text, re.IGNORECASE):
            return f"“{found[0]}” tells readers what they are: speak of the product."
    return ""


def _before_after(line: Line) -> str:
    found = find_phrase(line.text, _LISTS["before_after"])
    return f"“{found}” promises a change of the reader: speak of the product." if found else ""


def _prior_price(line: Line) -> str:
    reduced = find_phrase(line.text, _LISTS["reduced"])
    if not reduced or find_phrase(line.text, _LISTS["lowest_30"]):
        return ""
    prices = sum(1 for _ in find_prices(line.text, line.brief.language))
    if prices > 1 or (reduced == "% off" and prices):
        return f"“{reduced}” speaks of a reduction: in the EU it names the lowest price of the last 30 days."
    return ""


def _bare_price(line: Line) -> str:
    bare = find_bare_price(line.text, line.brief.language)
    return f"“{bare}” is a price without a currency: write it with one." if bare else ""


def _past_offer(line: Line) -> str:
    if day := ended_on(line.text, line.brief.language, line.today):
        return f"it speaks of an offer that ended on {day:%Y-%m-%d}: take it out."
    end = line.brief.offer_until
    if end and end < line.today:
        return f"the offer of the brief ended on {end:%Y-%m-%d}: make a new brief."
    return ""


_CHECKS: dict[str, Callable[[Line], str]] = {
    "google.all.characters": _characters,
    "google.policy.punctuation": _punctuation,
    "google.policy.exclamation": _exclamation,
    "google.policy.capitals": _capitals,
    "google.policy.repetition": _repetition,
    "google.policy.phone": _phone,
    "google.policy.click_here": _click_here,
    "google.policy.ellipsis": _ellipsis,
    "google.policy.superlatives_cn": _superlative_cn,
    "google.policy.superlatives_kr": _superlative_kr,
    "google.policy.claims": _superlative,
    "google.policy.health": _cure,
    "meta.policy.personal_attributes": _personal,
    "meta.policy.before_after": _before_after,
    "microsoft.policy.claims": _superlative,
    "microsoft.policy.repetition": _repetition,
    "microsoft.policy.symbols": _symbols,
    "microsoft.policy.capitals": _capitals,
    "microsoft.policy.phone": _phone,
    "amazon.policy.claims": _amazon,
    "tiktok.in_feed.ad_text": _tiktok,
    "tiktok.in_feed.brand_name": _characters,
    "eu.law.generic_green_claims": _green,
    "eu.law.prior_price": _prior_price,
}
"""By the id of the fact on which each rests."""

_OWN: tuple[tuple[str, bool, Callable[[Line], str]], ...] = (
    ("letters", True, _unseen),
    ("price", False, _bare_price),
    ("offer", True, _past_offer),
    ("proof", False, _risk),
    ("health", False, partial(_subject, subject="health")),
    ("finance", False, partial(_subject, subject="finance")),
)
