"""Which signs of a word carry meaning, and which only stand around it.

    “−5 °C,”   ──▶  “ | −5 °C | ,       it is < 5 % of C++  ──▶  it · is · < 5 % · of · C++
    two- and   ──▶  two- | and          10 000 personnes    ──▶  10 000 · personnes

A sign that is lost makes another statement: "−5" is not "5", and "C#" is not "C". Punctuation (stops, quotation marks,
brackets, dashes), markup and pictures are peeled off a word; every other sign stays on it. Signs that are written apart
from their number are joined to it, so that nothing can come between them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.language.text.sentences import primary_tag

MONEY = "$¢£¤¥৳฿₠-₿＄￠￡￥￦"
"""Currency signs, for a character class."""
SPACES = "\u00a0\u202f\u2009 "
"""What may part groups of three digits."""
_GROUPED = (
    rf"\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?!\d)|\d{{1,3}}(?:[,.'’]\d{{3}})+(?!\d)|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!\d)"
)
NUMBER = rf"(?:{_GROUPED}|\d+)(?:[.,]\d+)?"
"""The last groups are as India writes them: "12,34,567"."""
_LIMITS = "~∼≈≃≅±∓<>≤≥≦≧⩽⩾↑↓▲▼△▽"
_SIGN = rf"(?:\+/[-−–]|[-−–+=]|[{_LIMITS}])"
_MARK = rf"(?:[A-Z]{{1,3}})?[{MONEY}]"
_BEFORE = rf"(?:{_SIGN}\s?){{0,2}}(?:{_MARK})?"
_VULGAR = "½⅓⅔¼¾⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚"
_AMOUNT = re.compile(
    rf"(?P<sign>(?:{_SIGN}\s?){{0,2}})(?P<money>(?:{_MARK}\s?)?)(?P<minus>[-−]?)"
    rf"(?P<value>{NUMBER}|[.,]\d+)(?P<gap>\s?)(?P<unit>[^\s\d]?[^\d]*[²³23]?)"
)
_UNIT = re.compile(
    rf"(?:[%‰‱]|[°º˚]\s?[CFKR]?|[℃℉″′×xX+]|[{MONEY}][a-zA-Z]{{0,2}}|[a-zA-ZµμΩΩ]{{1,5}}[²³23]?(?:/[a-zA-Z]{{1,3}}[²³23]?)?)?"
)
_TAGGED_NUMBER = re.compile(rf"{_BEFORE}[-−]?[\d.,{_VULGAR}][\d.,'’{SPACES}{_VULGAR}]*")
# These stay although they are punctuation by their Unicode category.
_TELLING = frozenset("#%&@/§¶‰‱′″‴_")
# And these go although they are symbols.
_EMPTY = frozenset("|~^`´¨\ufe0f\u20e3")
_KEPT_PICTURES = frozenset("°№℃℉™®©℗℠℅▲▼△▽⬆⬇Ω")
# A dash between two spaces is a pause; only the minus sign itself is one there.
_PREFIX_WORDS = re.compile(rf"(?:\+/[-−–]|[+−=]|[{_LIMITS}]|§§?|№|#|[nN](?:\.?[º°]|r\.)|[-–]?{_MARK})+")
_SUFFIX_WORDS = re.compile(rf"%|‰|‱|[°º˚][CFKR]?|℃|℉|″|′|[{MONEY}]")
_JOINTS = re.compile(r"\+/[-−]|[-−–+×x·*÷/:=≈≠<>≤≥→&^]")
_RELATIONS = re.compile(r"[=≈≠<>≤≥→↔⇒+×÷±]|<=|>=|->|=>|!=|==")
_BEGINS_NUMBER = re.compile(rf"{_BEFORE}\s?[-−]?[.,]?[\d{_VULGAR}]")
_ENDS_NUMBER = re.compile(rf"[\d{_VULGAR}][²³]?\+?$")
_GROUP = re.compile(r"\d{3}")
_FIRST_GROUP = re.compile(rf"(?:{_SIGN}|[{MONEY}]|[A-Z]{{1,3}}\$)*[1-9]\d{{0,2}}")


def peel(word: str, *, quoted: bool = False) -> tuple[str, str, str]:
    """(punctuation before, the word itself with its signs, punctuation after).

    Args:
        word: What stands between two white spaces.
        quoted: Whether a quotation is open before it, so that a mark behind it closes that.
    """
    start, end = 0, len(word)
    while start < end and _is_outer(word[start]) and not _leads(word, start):
        start += 1
    while end > start and _is_outer(word[end - 1]) and not _ends(word, start, end, quoted=quoted):
        end -= 1
    return word[:start], word[start:end], word[end:]


def _is_outer(character: str) -> bool:
    if character in _TELLING or character in _KEPT_PICTURES:
        return False
    category = unicodedata.category(character)
    return category[0] in "PCZ" or category in {"So", "Sk"} or character in _EMPTY


def _leads(word: str, at: int) -> bool:
    """Whether the mark belongs to what follows: "-5", "--force", ".NET", "’90s", "~15"."""
    mark, rest = word[at], word[at + 1 :]
    if mark in "-‐‑":
        return bool(re.match(rf"-?(?:[\w=>]|[.{MONEY}]\w?)", rest))
    if mark in "–‒":
        return bool(re.match(rf"(?:{_MARK})?\s?[.,]?\d", rest))
    if mark in ".\\":
        return rest[:1].isalnum() and word[at - 1 : at] != "."
    if mark in "'’‘":
        return bool(re.match(r"\d\d(?!\d)", rest))
    return mark in "~∼" and bool(re.match(rf"\s?[-−]?(?:{_MARK})?\s?\.?\d|/", rest))


def _ends(word: str, start: int, end: int, *, quoted: bool) -> bool:  # noqa: PLR0911 - a ladder of marks
    """Whether the mark belongs to what stands before it: "A*", "two-", "bees’", "f(x)", "U.S.", 5'10"."""
    mark, inner = word[end - 1], word[start : end - 1]
    if mark == ".":
        return bool(re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", inner))
    if mark == "*":
        return bool(re.fullmatch(r"[A-Z][a-z]?", inner))
    if mark in "-‐‑":
        return inner[-1:].isalnum() or inner in {"<", "<-"}
    if mark in ")]}":
        return inner.count({")": "(", "]": "[", "}": "{"}[mark]) > inner.count(mark)
    if quoted or any(c in "'‘‚\"“„" for c in word[:start]):
        return False
    if mark in "'’":
        return bool(re.search(r"(?:s|x|z|in|\d)$", inner, re.IGNORECASE))
    return mark == '"' and bool(re.search(r"\d['’]?\d*$", inner))


def quotes_open(words: Sequence[str]) -> list[bool]:
    """For each word, whether a quotation that an earlier word opened is still open where it ends."""
    found: list[bool] = []
    single = double = False
    for word in words:
        lead, _, trail = peel(word)
        double = double != bool((lead.count('"') + word.count("“") + word.count("„")) % 2)
        single = single or any(c in "'‘‚" for c in lead)
        found.append(single or double)
        if any(c in '"”“' for c in trail):
            double = False
        if any(c in "'’" for c in trail):
            single = False
    return found


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it is written, with all that belongs to it.

    Attributes:
        prefix: Signs and currency before it, such as "−", "< ", "-$".
        value: The number: "1,299.50".
        gap: What parts it from its unit, a space or nothing.
        unit: "%", "°C", "km²", "€", or nothing.
    """

    prefix: str
    value: str
    gap: str
    unit: str

    @property
    def money(self) -> str:
        """The currency, wherever it stands; empty when there is none."""
        found = re.search(_MARK, f"{self.prefix} {self.unit}")
        return found[0] if found else ""

    @property
    def is_limit(self) -> bool:
        """Whether it says only below or above what its value lies."""
        return self.value.endswith("+") or bool(re.search(r"[<>≤≥≦≧⩽⩾]", self.prefix))

    @property
    def is_signed(self) -> bool:
        """Whether it has a plus or a minus, and so tells of a change or of a place on a scale that has two sides."""
        return bool(re.search(r"[-−–+±∓↑↓▲▼△▽]", self.prefix))

    @property
    def number(self) -> float | None:
        """Its value, negative behind a minus; None where it has no single one, as behind "±" and "<"."""
        if self.is_limit or re.search(r"[±∓/]", self.prefix):
            return None
        below = len(re.findall(r"[-−–]", self.prefix)) % 2 == 1
        size = number_of(self.value.rstrip("+"))
        return size if size is None or not below else -size


def read_amount(text: str) -> Amount | None:
    """`text` (without punctuation around it) as an amount; None when it is none: "21st", "3:2", "A320"."""
    found = _AMOUNT.fullmatch(text)
    if not found or not _UNIT.fullmatch(found["unit"]):
        return None
    prefix = f"{found['sign']}{found['money']}{found['minus']}"
    return Amount(prefix, found["value"], found["gap"], found["unit"])


def number_of(written: str) -> float | None:
    """ "1,299.50", "1.299,50", "1 299", "0,5" as a number; None when it is none.

    Of two kinds of separators the last parts the decimals. A comma before exactly three digits parts a group, a point
    the decimals, as English has it.
    """
    plain = re.sub(rf"[{SPACES}'’]", "", written)
    if not re.fullmatch(r"[\d.,]*\d", plain):
        return None
    point, comma = plain.rfind("."), plain.rfind(",")
    if point >= 0 and comma >= 0:
        group, mark = (",", ".") if point > comma else (".", ",")
        plain = plain.replace(group, "").replace(mark, ".")
    elif comma >= 0:
        grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+", plain)
        plain = plain.replace(",", "" if grouped or plain.count(",") > 1 else ".")
    elif plain.count(".") > 1:
        plain = plain.replace(".", "")
    return float(plain) if re.fullmatch(r"\d*\.?\d+", plain) else None


def is_number(piece: str) -> bool:
    """Whether a word is a number to its neighbours: "-5°C", "$24.9B", "8–10", "21st", "< 5 %", "2 + 2 = 4"."""
    if read_amount(piece):
        return True
    found = _TAGGED_NUMBER.match(piece)
    if not found or not any(c.isnumeric() for c in found[0]):
        return False
    rest = piece[found.end() :]
    return not rest or bool(re.fullmatch(r"[a-zA-Z]{1,3}|[-–]\S*\d\S{0,3}| ?[-−–+×x·*÷/:=≈<>≤≥→].*\d\S{0,4}", rest))


def join_signs(words: Sequence[str], language: str = "en") -> tuple[str, ...]:
    """The words, with what belongs to one number in one of them: "< 5", "20 €", "10 000", "a < b"."""
    return tuple(" ".join(group) for group in _groups(words, language))


def glued(words: Sequence[str], language: str = "en") -> list[bool]:
    """For each word whether it and the next are one to `join_signs`."""
    return [index + 1 < len(group) for group in _groups(words, language) for index in range(len(group))]


def count_groups(words: Sequence[str], at: int, language: str = "en") -> int:
    """How many words from `at` on are one number in groups of three digits: "10 | 000 | 000" has three; at least 1."""
    end = at + 1
    while end < len(words) and not peel(words[end - 1])[2]:
        if not _is_group(words[:at], " ".join(words[at:end]), words[end], language):
            break
        end += 1
    return end - at


def _groups(words: Sequence[str], language: str) -> list[list[str]]:
    groups: list[list[str]] = []
    at = 0
    while at < len(words):
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        before = " ".join(groups[-1]) if groups and not peel(groups[-1][-1])[2] else ""
        end = _end_of_prefix(words, at)
        if _is_between_numbers(before, word, after) or (not end and _is_relation(before, word, after)):
            groups[-1] += [word, after]
            at += 2
        elif _is_suffix(before, word) or _is_phone(before, word) or _is_group(words[: at - 1], before, word, language):
            groups[-1].append(word)
            at += 1
        else:
            groups.append(list(words[at : max(end, at + 1)]))
            at = max(end, at + 1)
    return groups


def _end_of_prefix(words: Sequence[str], at: int) -> int:
    """Past the number that the signs at `at` lead to, as in "< | 5" and "− | R$ | 80"; 0 when they lead to none."""
    end = at
    while end < len(words) and _PREFIX_WORDS.fullmatch(words[end].lstrip('([“"') if end == at else words[end]):
        end += 1
    return end + 1 if at < end < len(words) and _BEGINS_NUMBER.match(words[end]) else 0


def _is_between_numbers(before: str, word: str, after: str) -> bool:
    """ "2 + 2", "5 – 10", "5 → 10"."""
    return bool(_JOINTS.fullmatch(word) and _ENDS_NUMBER.search(before) and _BEGINS_NUMBER.match(after))


def _is_relation(before: str, word: str, after: str) -> bool:
    """Whatever is compared or added: "supply > demand"."""
    return bool(_RELATIONS.fullmatch(word)) and before != "" and peel(after)[0] == "" and peel(after)[1] != ""


def _is_suffix(before: str, word: str) -> bool:
    lead, core, _ = peel(word)
    if lead or not before:
        return False
    if core in {"C", "F"}:
        return bool(re.search(r"\d ?[°º]$", before))
    return bool(_SUFFIX_WORDS.fullmatch(core)) and bool(_ENDS_NUMBER.search(before))


def _is_phone(before: str, word: str) -> bool:
    """ "+49 | 30 | 1234"."""
    number = re.fullmatch(r"[(\[]?\+\d{1,3}(?: [\d()/-]+)*", before)
    return bool(number) and bool(re.fullmatch(r"\(?\d[\d()/-]*", peel(word)[1] or word))


def _is_group(earlier: Sequence[str], before: str, word: str, language: str) -> bool:
    """Whether a word goes on with the number before it by three digits: "10 | 000".

    In English, which parts groups by commas, two numbers may follow one another after a name: "In May 12 300 people".
    """
    core = peel(word)[1]
    pieces = peel(before)[1].split(" ")
    at = next((at for at, piece in enumerate(pieces) if any(c.isdigit() for c in piece)), 0)  # behind "R$", "−"
    first, *groups = pieces[at:]
    number = core.split(",")[0] if re.fullmatch(r"\d{3},\d{1,2}", core) else core.split(".")[0]
    if not _GROUP.fullmatch(number[:3]) or not re.fullmatch(
        rf"\d{{3}}(?:[.,]\d+)?(?:[%‰×]|°[CF]?|[{MONEY}]|[a-zA-Zµ]{{1,4}}[²³]?|-[a-z-]+)?", core
    ):
        return False
    if not _FIRST_GROUP.fullmatch(first) or not all(_GROUP.fullmatch(group) for group in groups):
        return False
    if primary_tag(language) != "en" or number[:3] == "000":
        return True
    is_named = len(earlier) > 1 and earlier[-1][:1].isupper() and not peel(earlier[-1])[2]
    return not is_named
