"""The words that name a part of a text, and the number that it bears. Pure.

3. Keep it dark         ──▶ (3, "Keep it dark")        **Keep it dark.** Blackout curtains … ──▶ "Keep it dark."
🔥 1. Hook              ──▶ (1, "Hook")                Speed: it starts in two seconds.       ──▶ "Speed"
Step 3: Mix the flour   ──▶ (3, "Mix the flour")
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from automagic.language.text.lexicon import every_month
from automagic.language.text.prose import TERMINAL, ends_sentence

SIGNS = "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]"
"""Emoji, arrows, ticks and boxes, as they stand before heads and items."""
_LEADING_SIGNS = re.compile(rf"(?:{SIGNS}+\s*)+")
_KEYCAP = re.compile(r"(?:([0-9])\ufe0f?\u20e3|(\U0001f51f))\s*")
_PLACES = (
    "step|tip|reason|rule|lesson|day|week|mistake|habit|myth|fact|idea|part|chapter|stage|phase|method|way|sign|trick|"
    "secret|principle|point|stop|round|number|no|nr|"
    "schritt|tipp|grund|regel|tag|woche|fehler|teil|kapitel|"
    "étape|conseil|raison|règle|jour|partie|chapitre|astuce|"
    "paso|consejo|razón|regla|día|parte|capítulo|"
    "passo|passaggio|consiglio|motivo|regola|giorno|fase|capitolo|"
    "dica|motivo|razão|regra|dia|etapa"
)
_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PLACED = re.compile(
    rf"(?:{_PLACES})\.?\s+#?(?P<number>\d{{1,3}}|{'|'.join(_SMALL)})(?P<mark>\s*(?:[:：.)]|[–—-](?=\s))\s*|$)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:#\s?(?P<hashed>\d{1,3})\s*[:.)]?|\((?P<inside>\d{1,3})\)|(?P<number>\d{1,3})\s?(?:[.):]|[–—-](?=\s)))(?=\s|$)\s*"
)
_MOST_BOLD_WORDS, _MOST_HEAD_WORDS, _MOST_HEAD_LETTERS = 12, 6, 60
_COLON = re.compile(r"[^:：\n]{1,60}?(?=[:：]\s)")
_DASH = re.compile(r"[^–—\n]{1,60}?(?=\s[–—-]\s)")
_ENDS_BOLD = ".!?…:：。！？"


def split_number(text: str) -> tuple[int, str]:
    """The number before a head, 0 for none, and the words behind it; all words when there are none behind it.

    "2024 in review", "3.5 million" and "1. Mai" bear none.
    """
    bare = without_signs(text)
    keycap = _KEYCAP.match(bare)
    if keycap:
        return int(keycap[1] or 10), bare[keycap.end() :].lstrip(" .):–—-") or text
    placed = _PLACED.match(bare)
    if placed:
        number = placed["number"].lower()
        return int(number) if number.isdecimal() else _SMALL.index(number) + 1, bare[placed.end() :] or text
    found = _NUMBERED.match(bare)
    if not found:
        return 0, text
    rest = bare[found.end() :]
    first = re.match(r"[^\W\d_]+", rest)
    if (first and first[0].lower() in every_month()) or ("-" in found[0] and rest[:1].isdigit()):
        return 0, text
    return int(found["hashed"] or found["inside"] or found["number"]), rest or text


def without_signs(text: str) -> str:
    """`text` without the emoji, ticks and arrows before it; as it is when there is nothing else."""
    found = _LEADING_SIGNS.match(text)
    if not found or _KEYCAP.match(text):
        return text
    return text[found.end() :] or text


def name_of(heading: str) -> str:
    """A heading's words, without its number, the signs before it and the colon behind it."""
    name = without_signs(split_number(heading)[1]).rstrip(" :：–—-")
    return name if any(map(str.isalnum, name)) else heading.rstrip(" :：")


def own_head(text: str, strong: str, *, is_item: bool) -> str:
    """The words at the beginning of a paragraph that name it, exactly as they stand in it; "" for none.

    Args:
        strong: Its bold beginning; "" for none.
        is_item: Whether it stands in a list, where a colon, a dash or any bold words are enough.
    """
    shown = without_signs(text)
    if strong and shown.startswith(strong) and len(strong.split()) <= _MOST_BOLD_WORDS:
        rest = shown[len(strong) :].lstrip()
        marked = strong[-1] in _ENDS_BOLD or rest[:1] in set(":：–—-")
        head = "" if is_dateline(strong) else name_of(strong)
        if rest and (marked or is_item) and any(letter.isalpha() for letter in head):
            return head
    return lead(split_number(text)[1]) if is_item else ""


_AGENCY = re.compile(r"[^\W\d_a-z][^\da-z:]+\((?:[A-Z]{2,5}|[A-Z][a-z]+)\)[\s:–—-]*")


def is_dateline(text: str) -> bool:
    """Whether the words before a report say where and when it was written: "LONDON, 3 June —", "PARIS (AFP) –"."""
    place, _, day = text.partition(",")
    words = set(re.findall(r"[^\W\d_]+", day.lower()))
    has_day = bool(words & every_month()) and any(map(str.isdecimal, day))
    is_place = place[:1].isupper() and not any(map(str.isdecimal, place)) and ":" not in place
    return (has_day and is_place) or _AGENCY.fullmatch(text) is not None


def lead(text: str) -> str:
    """The few words before a colon or dash; "" where there are none, or where they are no name."""
    start = without_signs(text)
    found = [match[0] for pattern in (_COLON, _DASH) if (match := pattern.match(start))]
    head = min(found, key=len, default="").strip()
    if not 1 <= len(head.split()) <= _MOST_HEAD_WORDS or not head[0].isalnum() or head[-1] in TERMINAL:
        return ""
    return head if any(letter.isalpha() for letter in head) and ". " not in head else ""


def is_short_head(text: str, most_words: int = 10) -> bool:
    """Whether a line may stand over others: few words that end like no sentence."""
    bare = text.strip()
    return 0 < len(bare.split()) <= most_words and len(bare) <= 80 and not ends_sentence(bare) and bare[-1] not in ",;:"


# -------------------------------------------------------------------------------- lines that are items without a list

_BULLET_SIGN = re.compile(rf"(?:[•‣◦▪●○·§]\s*|{SIGNS}+\s+|[0-9]\ufe0f?\u20e3\s*)(?=\S)")
_AMOUNT = re.compile(r"(?:ca\.\s|~)?(?:\d|[¼-¾⅐-⅞])")
_PLACED_LINE = re.compile(
    rf"(?:{_PLACES})\.?\s+#?(?:\d{{1,3}}|{'|'.join(_SMALL)})\s*(?:[:：.)]|[–—-]\s)", re.IGNORECASE
)
_MOST_LINE_WORDS, _AMOUNTS = 9, 0.6
_QUESTION = re.compile(r"(?:Q|Question|Frage|F|Pregunta|P|Domanda|D|Pergunta)\d{0,2}\s?[:：.]\s+(?=\S)")
_ANSWER = re.compile(r"(?:A|Answer|Antwort|R|Réponse|Respuesta|Risposta|Resposta)\d{0,2}\s?[:：.]\s+(?=\S)")


def are_items(lines: Sequence[str]) -> bool:
    """Whether lines without a list's marks are one: each with a sign before it, or short, and most with an amount."""
    if len(lines) < 2:
        return False
    if all(_BULLET_SIGN.match(line) for line in lines):
        return True
    if any(len(line.split()) > _MOST_LINE_WORDS or ends_sentence(line) for line in lines):
        return False
    return are_amounts(lines)


def are_amounts(lines: Sequence[str]) -> bool:
    """Whether most of the lines begin with a number, as those of an ingredient list do."""
    return len(lines) > 1 and sum(bool(_AMOUNT.match(line)) for line in lines) >= _AMOUNTS * len(lines)


def are_steps(lines: Sequence[str]) -> bool:
    """Whether each line begins as "Step 3:" does."""
    return len(lines) > 1 and all(_PLACED_LINE.match(line) for line in lines)


def has_bullet(line: str) -> bool:
    """Whether a line begins with a sign as items do."""
    return _BULLET_SIGN.match(line) is not None


def without_bullet(line: str) -> str:
    """A line without the sign that makes it an item; a number in a sign stays."""
    if _KEYCAP.match(line):
        return line
    found = _BULLET_SIGN.match(line)
    return line[found.end() :] if found else line


def split_question(text: str) -> str:
    """What "Q: …" asks; "" for other lines."""
    found = _QUESTION.match(text)
    return text[found.end() :] if found else ""


def split_answer(text: str) -> str:
    """What "A: …" answers; "" for other lines."""
    found = _ANSWER.match(text)
    return text[found.end() :] if found else ""
