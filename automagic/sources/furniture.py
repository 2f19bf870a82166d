"""What frames the text of a page and is no part of it: credits of photos, calls to sign up, links to other articles.

    Foto: Anna Ried / Flusszeitung        Lire aussi : Dix façons …        12 comentarios        © 2026

Only whole short paragraphs go, and only by their form: a sentence that holds such a word stays. "Lesen Sie auch die
Packungsbeilage." has no colon and ends like a sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from automagic.language.script.not_narrated import furniture_words
from automagic.language.script.structure import LeftOut
from automagic.language.speech.foreign_tables import TONGUES
from automagic.language.text.heads import is_dateline
from automagic.language.text.lexicon import MONTHS
from automagic.language.text.prose import Block, is_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

_WEEKDAYS = tuple(
    day.split()
    for day in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lunes martes miércoles jueves viernes sábado domingo",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira segunda terça quarta quinta sexta feira",
    )
)
_MOST_WORDS, _MOST_COOKIE_WORDS, _MOST_CREDIT_WORDS, _MOST_BUTTON_WORDS = 25, 50, 14, 5
_MOST_LETTERS = 1000
"""Of a line; an address can be longer, and so can a paragraph in a script without blanks."""
_LONGEST_AUTHOR_BOX = 2
_COOKIE = re.compile(r"\bcookies?\b", re.IGNORECASE)
_DATE_WORDS = frozenset(
    name.lower()
    for names in (MONTHS, (m[:3] for m in MONTHS), *(tongue.months for tongue in TONGUES.values()), *_WEEKDAYS)
    for name in names
)
_DATE_PARTS = re.compile(r"\d{1,4}(?:h\d{0,2})?|[ap]m|uhr|h|de|del|le|il|den|am|um|à|at|às|alle|ore")
_PICTURED = re.compile(r"(?:photo|foto|fotograf|bild|image|imagen|imagem|immagin|cr[eé]dit)", re.IGNORECASE)
_AGENCIES = re.compile(
    r"(?:getty(?: images)?|dpa|afp|reuters|ap|epa|efe|ansa|lusa|imago|picture alliance|shutterstock|i?stock(?:photo)?|"
    r"unsplash|pexels|pixabay|adobe stock|alamy|wikimedia(?: commons)?)(?:\s*[/|,–-]\s*.{1,60})?",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|[Cc]opyright\b)\s*(?:©\s*)?(?P<year>\d{4})?(?=\s|[A-ZÀ-Þ])\s*(?:by\s)?(?:[A-ZÀ-Þ\d]|$)"
)
_BYLINE = re.compile(
    r"(?:by|von|par|por|di|door|texte?|text|author|autor|autorin|auteure?|autore|autora)\s*:?\s+"
    r"(?:(?:[A-ZÀ-Þ][\w.'’-]*|de|da|do|dos|du|des|la|le|del|della|van|von|der|und|and|et|y|e|&)[\s,]*){1,7}",
)
_DATELINE = re.compile(
    r"[A-ZÀ-Þ][\w.'’-]+(?: (?:[A-ZÀ-Þ][\w'’-]+|de|la|le|am|an|der|sur|upon|on)){0,3}, [\w. ]{4,24}?(?:[.:]\s+|[.:]?$)"
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ]\.| (?:de|da|van|von|del|della)| [A-ZÀ-Þ][\w'’-]+){1,3}")
_NETWORKS = frozenset(
    [
        "facebook", "twitter", "x", "whatsapp", "linkedin", "telegram", "instagram", "pinterest", "reddit", "xing",
        "threads", "bluesky", "mastodon", "e-mail", "email", "mail", "tiktok", "youtube", "pocket", "flipboard", "copy",
        "link", "print", "share", "teilen", "partager", "compartir", "condividi", "compartilhar", "drucken", "imprimer",
        "imprimir", "stampa", "messenger", "sms",
    ]
)  # fmt: skip
# What may stand between a lead and the rest: "Lire aussi : …", "Leia também – …", "Crédit photo © …".
_AFTER_LEAD = re.compile(r"\s*(?:[:：|»>©]|[-–—]\s)")


def without_furniture(blocks: Sequence[Block]) -> tuple[list[Block], list[LeftOut]]:
    """The blocks that are the text, and what was left out of them; all blocks when nothing else would be left."""
    kept: list[Block] = []
    gone: list[LeftOut] = []
    boxed = 0
    author = _bold_author(blocks)
    for block in blocks:
        if block.kind == "heading":
            boxed = _LONGEST_AUTHOR_BOX if furniture_words().authors.fullmatch(block.text.rstrip(":")) else 0
            kept.append(block)
        elif block.text and block.form.passage != "row" and (boxed or block is author or is_furniture(block.text)):
            boxed = max(boxed - 1, 0)
            gone.append(LeftOut("furniture", 0, block.text))
        else:
            kept.append(block)
    return (kept, gone) if any(block.kind != "heading" and block.text for block in kept) else (list(blocks), [])


def _bold_author(blocks: Sequence[Block]) -> Block | None:
    """The bold name of nobody but its author right over a text, where no other bold line is a heading."""
    lines = [block for block in blocks if block.kind != "heading" and block.text]
    bold = [block for block in lines if block.form.strong and block.form.strong == block.text]
    alone = len(bold) == 1 and len(lines) > 1 and bold[0] is lines[0] and _NAME.fullmatch(bold[0].text) is not None
    return bold[0] if alone else None


def is_furniture(text: str) -> bool:
    """Whether a whole paragraph is a part of a page's frame."""
    bare = " ".join(text.split()).strip("*_ ")
    if bare[:1] in {"(", "["}:
        bare = bare.strip("()[] ")
    count = len(bare.split())
    if not bare or count > _MOST_COOKIE_WORDS:
        return False
    words = furniture_words()
    if _COOKIE.search(bare) and (words.cookies.search(bare) or (count <= _MOST_BUTTON_WORDS and bare[-1].isalnum())):
        return True
    if count > _MOST_WORDS or len(bare) > _MOST_LETTERS:
        return False
    return (
        words.alone.fullmatch(bare.rstrip(".!:… ")) is not None
        or words.calls.match(bare) is not None
        or _is_led(bare)
        or _is_credit(bare, count)
    )


def _is_led(bare: str) -> bool:
    """ "Lesen Sie auch: …", or "Lire aussi" before a line that ends like no sentence."""
    words = furniture_words()
    for end in _ends_of_words(bare):
        if not words.leads.fullmatch(bare[:end].rstrip()):
            continue
        rest, is_one_word = bare[end:], " " not in bare[:end].strip()
        if not rest.strip():
            return True
        if _AFTER_LEAD.match(rest):
            # "Themen: Wasser, Wind und Sonne treiben die Stadt an." is a sentence; "Foto: Reiher am Fluss." goes.
            return not is_one_word or not is_sentence(rest) or bool(_PICTURED.match(bare))
        several = not is_one_word or re.search(r"[/|©]", rest)
        if several and not is_sentence(rest) and rest[:1].isspace() and _is_title(rest.strip()):
            return True
    return False


# Each run of letters is looked at once, from its beginning.
_END_OF_WORD = re.compile(r"(?<![\w'’])[\w'’]++(?:(?!\S*[\w])|(?=[\s:：|»>©–—-]))")


def _ends_of_words(bare: str) -> list[int]:
    return [found.end() for found in _END_OF_WORD.finditer(bare)][:7]


def _is_title(rest: str) -> bool:
    """Whether what follows is the title of something else: it begins with a capital, a mark or a number."""
    return not rest[0].islower()


def _is_credit(bare: str, count: int) -> bool:
    """ "© dpa", "Von Anna Ried", "Facebook Twitter WhatsApp", "29 luglio 2026, 17:30"."""
    if count > _MOST_CREDIT_WORDS:
        return False
    names = [word.strip(",.|/·•").lower() for word in bare.split()]
    names = [name for name in names if name]
    shared = len(names) > 1 and all(name in _NETWORKS for name in names)
    owned = _COPYRIGHT.match(bare)
    owned_by = owned is not None and (owned["year"] is not None or not is_sentence(bare))
    owned_by = owned_by or (bare.startswith("©") and not is_sentence(bare)) or bool(_AGENCIES.fullmatch(bare))
    written_by = _BYLINE.fullmatch(bare[:1].lower() + bare[1:]) is not None
    return shared or owned_by or _is_date(bare) or written_by or _is_dateline(bare)


def _is_dateline(bare: str) -> bool:
    """ "Carrow Falls, October 14. By Jonah Brooks, co-founder": where and when it was written, perhaps by whom."""
    found = _DATELINE.match(bare)
    rest = bare[found.end() :] if found else ""
    return (
        found is not None
        and is_dateline(found[0])
        and (not rest or _BYLINE.match(rest[:1].lower() + rest[1:]) is not None)
    )


def _is_date(bare: str) -> bool:
    """Only a date, perhaps with its time and day."""
    words = [word for word in re.split(r"[\s,.|·/:–-]+", bare.lower()) if word]
    named = [word for word in words if not _DATE_PARTS.fullmatch(word)]
    return any(word[0].isdigit() for word in words) and all(word in _DATE_WORDS for word in named)
