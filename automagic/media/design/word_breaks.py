"""Where a word that is too long for its line may break, and how an address is shown.

    https://www.example.org/river/herons?id=42&utm_source=mail#top  ─▶  example.org/river/herons
    example.org/river/herons                                        ─▶  example.org/ | river/herons
    Donaudampfschifffahrtsgesellschaft                              ─▶  Donaudampfschiff- | fahrtsgesellschaft

A word breaks at the best places that make it fit: at a sign that joins its parts, else where capitals or digits begin,
else between syllables as far as letters tell, else between any two characters.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from automagic.media.design.clusters import split_clusters
from automagic.media.design.fonts import script_of

LONGEST_ADDRESS = 32
"""Characters of an address that are shown: two lines of a caption."""

_ADDRESS = re.compile(
    r"""(?P<before>[\[("“‘'<]*)
        (?P<scheme>https?://)?(?P<www>www\.)?
        (?P<host>(?:[^\s/?\#:@."“”]+\.)+[^\W\d_]{2,24})(?P<port>:\d+)?
        (?P<path>/[^\s?\#]*)?(?P<rest>[?\#]\S*)?
        (?P<after>[\])"”’'>.,;:!?…]*)""",
    re.VERBOSE | re.IGNORECASE,
)
_TRAILING = "])\"”’'>.,;:!?…"
_SOFT = "\u00ad\u200b"
_VOWELS = set("aeiouyäöüáàâãåæéèêëíìîïóòôõøœúùûýÿāēīōūаеёиоуыэюяіїєαεηιουωάέήίόύώ")
_TOGETHER = re.compile("sch|[cpts]h|ck|qu|[rg]h|s[tp]|[tpbdgkfc]r|[pbkgfc]l")
"""Consonants that begin a syllable together."""


@dataclass(frozen=True, slots=True)
class WordFragment:
    """A part of a word that stands alone on its line; `hyphen` when one shows that the word goes on."""

    text: str
    hyphen: bool = False

    @property
    def shown(self) -> str:
        """As it stands at the end of a line."""
        return self.text + "-" if self.hyphen else self.text


def shorten_addresses(text: str) -> str:
    """The text with every web address as people say it: its domain and its path, as far as there is room."""
    if "." not in text or not ("/" in text or "www." in text.lower()):
        return text
    return re.sub(r"\S+", lambda match: shorten_address(match.group()), text)


def shorten_address(word: str) -> str:
    """One word, without scheme, "www.", query and fragment when it is a web address; any other as it is."""
    found = _ADDRESS.fullmatch(word)
    if found is None or not (found["scheme"] or found["www"] or found["path"]):
        return word
    path, after = found["path"] or "", found["after"]
    kept = path.rstrip(_TRAILING)  # the sentence's own full stop
    after, path = (path[len(kept) :] if not found["rest"] else "") + after, kept.rstrip("/")
    if found["rest"]:
        after = found["rest"][len(found["rest"].rstrip(_TRAILING)) :] + after
    shown = found["host"] + (found["port"] or "") + path
    if len(shown) > LONGEST_ADDRESS:
        shown = _cut_path(found["host"] + (found["port"] or ""), path)
    return found["before"] + shown + after


def _cut_path(host: str, path: str) -> str:
    """The host and as many whole parts of the path as there is room for."""
    shown = host
    for part in path.split("/")[1:]:
        if len(shown) + len(part) + 3 > LONGEST_ADDRESS:
            break
        shown += "/" + part
    return shown + "/…"


def is_one_amount(word: str, after: str) -> bool:
    """Whether a line should not end between two words, as the second counts with the first: 5 | km, § | 12, $3 | Mio.

    A word that is short and not a word of speech, such as "kWh" or "l/100", is a unit; so is "km" behind "l/100".
    """
    if _LEADS_NUMBER.search(word) and after[:1].isnumeric():
        return True
    return bool(_ENDS_NUMBER.search(word) and (_UNIT.match(after) or _CAPITAL_UNIT.match(after)))


def is_bound(words: Sequence[str], index: int) -> bool:
    """Whether a line of a card should not begin with this word: 17 | years, 5 h | 40, June | 3, Ana | Ruiz, Why | ?,
    Monday, | June 3

    Args:
        words: As they are written, not in capitals.
    """
    word, before = words[index], words[index - 1] if index else ""
    if not before or _MARK_BEHIND.fullmatch(word) or _MARK_BEFORE.fullmatch(before):
        return bool(before)
    if _DATED.match(" ".join(words[index - 1 : index + 2])):
        return True
    counted = index > 1 and bool(_COUNT.fullmatch(words[index - 2])) and before[-1].isalpha()
    if counted and (_YEAR.match(word) or (before == "h" and word[0].isdigit())):
        return True
    if _COUNT.fullmatch(before) and not _YEAR.fullmatch(before):
        return word.lstrip("“\"„‘'")[:1].isalpha() or bool(_GROUP.match(word))
    if _SPELLED.fullmatch(before) and word[0].isalpha():
        return True
    named = before[0].isupper() and before[-1].isalpha()
    return named and (bool(_SHORT_COUNT.match(word)) or (word[:1].isupper() and not _is_titled(words)))


def _is_titled(words: Sequence[str]) -> bool:
    """Whether a text has capitals all over, so that they say nothing of names."""
    return 2 * sum(word[:1].isupper() for word in words) > len(words)


_GROUP = re.compile(r"\d{3}(?!\d)")
"""Three digits behind others: "48 ▸ 500"."""
_MARK_BEHIND, _MARK_BEFORE = re.compile(r"[:;!?»%…]+"), re.compile("[«¿¡…]")
_DATED = re.compile(r"[^\W\d_]{3,}\.?, (?:[A-ZÀ-Þ][^\W\d_]+\.? \d{1,2}|\d{1,2}\.? [^\W\d_]{3})(?![\w.,:]*\d)")
"""A day with its date: "Monday, March 9", "Montag, 9. März", "lundi, 9 mars"."""
_COUNT = re.compile(r"[(\[“\"„]?[-−–+±~≈<>]?[$£€¥]?\d[\d.,:'’–-]*(?<![.,:])(?:st|nd|rd|th|er|e|º|ª)?|\d{1,2}\.")
_SPELLED = re.compile(
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred",
    re.IGNORECASE,
)
_YEAR, _SHORT_COUNT = re.compile(r"[12]\d{3}(?!\d)"), re.compile(r"\d{1,2}(?:st|nd|rd|th)?(?![\w.,:]*\d)")

_LEADS_NUMBER = re.compile(
    r"(?:^|[(\[“\"„])(?:[-−–+±~≈<>≤≥=§№#×$£¥€₹₩₺₽]+|R\$|US\$|CHF|EUR|USD|GBP|INR|Rs\.?|Nr\.|No\.|Abs\.|Art\.|n[°º]|nº)$"
)
_ENDS_NUMBER = re.compile(
    r"(?:^|[^\w])\S?[\d½⅓⅔¼¾]+[\d.,:'’–-]*[\d½⅓⅔¼¾]*(?<![.,:])[+²³]?$|^(?:[a-zA-Z]{1,3}/100|Mio\.?|Mrd\.?|Md|ml[nd])$"
)
_UNIT = re.compile(
    r"(?:[%‰€£¥₹₩₺₽×]|\$|°\S?|℃|[kMGTcmnµμdh]?[gmlLWVAJNΩ][²³]?|[kMGT]?(?:Wh|Hz|Pa|bit|B)|[dh]B|pp[mb]?|[hst]|min|ms|ha|mph"
    r"|[a-zA-Z]{1,3}²?/\S{1,5}|CHF|EUR|USD|GBP|zł|kr|Kč|Uhr|[Mm]io\.?|[Mm]rd\.?|Tsd\.?|Md[€s]?|M€|ml[nd]|mil"
    r"|(?:hundred|thousand|[mb]illion|trillion|lakh|crore|million(?:s|en)|Milliarden?)s?)[.,;:!?)\]”“\"…]*$"
)
_CAPITAL_UNIT = re.compile(
    r"(?:KM|CM|MM|KG|HA|MIN|KWH|PP[MB]|(?:KM|[ML])/\S{1,5}|UHR|MI[OL]\.?|MRD\.?|MD€?|M€|ML[ND])\b"
)
"""As a theme in capitals shows them."""


def break_word(word: str, fits: Callable[[str], bool]) -> tuple[WordFragment, ...]:
    """The word in as few parts as fit, at the best places; parts of one character are never broken.

    Args:
        fits: Whether a text has room on a line.
    """
    if fits(word.translate(_NO_SOFT)):
        return (WordFragment(word.translate(_NO_SOFT)),)
    clusters = list(split_clusters(word))
    kinds = _rate_places(clusters)
    for worst in range(_ANYWHERE + 1):
        parts = _split(clusters, {place: kind for place, kind in kinds.items() if kind <= worst}, fits)
        if parts is not None:
            return parts
    return tuple(WordFragment(cluster) for cluster in clusters)


def is_unspaced(word: str) -> bool:
    """Whether its script has no spaces and lets a line end after nearly every character: Chinese, Japanese."""
    return any(script_of(character) in {"CJK", "HIRAGANA", "KATAKANA"} for character in word)


def break_everywhere(word: str) -> tuple[WordFragment, ...]:
    """Every character of an unspaced script by itself; what closes stays with what is before it, Latin words whole."""
    parts: list[str] = []
    for cluster in split_clusters(word):
        closes = unicodedata.category(cluster[0]) in {"Pe", "Pf", "Po", "Lm"} or cluster in _SMALL_KANA
        opened = bool(parts) and unicodedata.category(parts[-1][-1]) in {"Ps", "Pi"}
        narrow = bool(parts) and not is_unspaced(cluster) and not is_unspaced(parts[-1][-1])
        if parts and (closes or opened or narrow):
            parts[-1] += cluster
        else:
            parts.append(cluster)
    return tuple(WordFragment(part) for part in parts)


_SMALL_KANA = set("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ")

_NO_SOFT = {ord(character): None for character in _SOFT}
_AT_SIGN, _AT_DOT, _AT_CHANGE, _AT_SYLLABLE, _ANYWHERE = range(5)


def _rate_places(clusters: Sequence[str]) -> dict[int, int]:
    """Place (before cluster n) → how good a break it is, 0 the best."""
    kinds: dict[int, int] = {}
    for place in range(1, len(clusters)):
        before, after = clusters[place - 1], clusters[place]
        if _breaks_at_sign(clusters, place):
            kinds[place] = _AT_DOT if before == "." else _AT_SIGN
        elif (before.islower() and after.isupper()) or (before.isalpha() != after.isalpha() and after.isalnum()):
            kinds[place] = _AT_CHANGE
        else:
            kinds[place] = _ANYWHERE
    for place in _syllables(clusters):
        kinds[place] = min(kinds[place], _AT_SYLLABLE)
    return kinds


def _breaks_at_sign(clusters: Sequence[str], place: int) -> bool:
    """After what joins two parts of a word; a number keeps its comma and its point, a minus its number."""
    before, after = clusters[place - 1], clusters[place]
    if before in _SOFT or before.isspace():
        return True
    if before.isalnum() or not after.isalnum():
        # A run of signs, such as "://", stays with what is before it.
        return False
    inside_number = place > 1 and clusters[place - 2].isdigit() and after.isdigit()
    return place > 1 and before not in "([{<“‘„«'’\"#$€£¥" and not (before in ".,:" and inside_number)


def _syllables(clusters: Sequence[str]) -> list[int]:
    """Where syllables of a run of letters are likely to begin: before the last consonant that leads to a vowel.

    At least three letters stay on each side.
    """
    found = []
    start = 0
    for letters, group in itertools.groupby(clusters, key=lambda cluster: cluster.isalpha()):
        run = [cluster.casefold()[:1] for cluster in group]
        for place in range(3, len(run) - 2) if letters else ():
            together = _TOGETHER.match("".join(run), place)
            vowel = together.end() if together else place + 1
            begins = run[place] not in _VOWELS and vowel < len(run) and run[vowel] in _VOWELS
            around = _TOGETHER.finditer("".join(run[max(0, place - 2) : place + 2]))
            inside = any(one.start() < min(place, 2) < one.end() for one in around)
            if begins and not inside and any(letter in _VOWELS for letter in run[:place]):
                found.append(start + place)
        start += len(run)
    return found


def _split(
    clusters: Sequence[str], kinds: dict[int, int], fits: Callable[[str], bool]
) -> tuple[WordFragment, ...] | None:
    """The fewest parts that fit, of these places the best and most even; None when a part would not fit."""
    edges = [0, *sorted(kinds), len(clusters)]
    even = len(clusters) ** 2
    best: dict[int, tuple[tuple[int, float], tuple[WordFragment, ...]]] = {0: ((0, 0.0), ())}
    for index, end in enumerate(edges[1:], 1):
        for start in reversed(edges[:index]):
            part = _part(clusters, start, end)
            if not fits(part.shown):
                break
            if start not in best:
                continue
            (count, cost), parts = best[start]
            price = (count + 1, cost + kinds.get(end, 0) + 4 * (end - start) ** 2 / even)
            if end not in best or price < best[end][0]:
                best[end] = (price, (*parts, part))
    return best[len(clusters)][1] if len(clusters) in best else None


def _part(clusters: Sequence[str], start: int, end: int) -> WordFragment:
    text = "".join(clusters[start:end])
    soft = text.endswith("\u00ad")
    text = text.translate(_NO_SOFT).strip()
    after = clusters[end][:1] if end < len(clusters) else ""
    goes_on = text[-1:].isalpha() and after.isalpha() and not (text[-1].islower() and after.isupper())
    return WordFragment(text, soft or (goes_on and _is_hyphenated(text[-1])))


def _is_hyphenated(letter: str) -> bool:
    """Whether the letter's script shows a break by a hyphen: Latin, Greek, Cyrillic, Armenian."""
    return letter < "\u0590"
