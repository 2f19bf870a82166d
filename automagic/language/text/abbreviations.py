"""Short forms whose period ends no sentence: "vol. | 3", "Ft. | Worth", "Hr. | Müller", "Véase cap. | 5".

What is kept here is kept once: what sentences end at, where captions break and what a voice says all look it up.
"""

from __future__ import annotations

import re

from automagic.language.text.lexicon import STOPWORDS

# English, with what a voice says for them.
TITLES = {
    "mr": "Mister", "mrs": "Missus", "ms": "Miz", "prof": "Professor", "gen": "General", "gov": "Governor",
    "sen": "Senator", "sens": "Senators", "rep": "Representative", "reps": "Representatives", "capt": "Captain",
    "lt": "Lieutenant", "col": "Colonel", "sgt": "Sergeant", "cpl": "Corporal", "maj": "Major", "cmdr": "Commander",
    "adm": "Admiral", "rev": "Reverend", "hon": "Honorable", "pres": "President", "supt": "Superintendent",
    "atty": "Attorney", "insp": "Inspector", "messrs": "Messieurs", "mt": "Mount", "mts": "Mountains", "ft": "Fort",
}  # fmt: skip
"""Before a name."""
BEFORE_NUMBER = {
    "no": "number", "nos": "numbers", "nr": "number", "fig": "figure", "figs": "figures", "vol": "volume",
    "vols": "volumes", "ch": "chapter", "chap": "chapter", "sec": "section", "eq": "equation", "p": "page",
    "pp": "pages", "ca": "circa", "c": "circa", "art": "article", "pt": "part", "ver": "version", "v": "version",
    "tab": "table", "op": "opus", "para": "paragraph", "ed": "edition", "ex": "example", "rte": "Route",
    "hwy": "Highway", "apt": "Apartment", "bldg": "Building", "est": "established", "ref": "reference",
}  # fmt: skip
"""Before a number."""

# An entry is written as it is inside a sentence; where it begins one it has a capital.
_NAMES = {
    "en": " ".join(title.capitalize() for title in TITLES)
    + " Dr St Ste Pt Fr Sr Rs Fig Eq Vol Ch Tel e.g i.e vs cf ca approx al",
    "de": "Dr Prof St Fa Inh Hr Hrn Frl Fr Gebr hl Dipl Ing z B bzw Mio Mrd Tsd Str evtl ggf inkl zzgl sog lt vgl geb "
    "gest ca al vs max min",
    "fr": "Dr Prof St Ste M MM Mme Mmes Mlle Mgr Me Pr coll boul av apr env vs max min",
    "es": "Dr Dra Prof St Sr Sra Srta Sres D Dña Ud Uds Gral Ing Lic Mons Hnos Sto Sta Fr av avda aprox vs máx mín",
    "it": "Dr Prof St sig sigg dott ing avv mons on circ vs max min",
    "pt": "Dr Dra Prof Profa St Sr Sra Srs D Gen Eng Dep Min Pe Sto Sta Exmo av R aprox vs máx mín",
}
_NUMBERS = {
    "en": " ".join(BEFORE_NUMBER) + " approx tel rs",
    "de": "Nr Nrn Bd Abs Art Kap Abb Tab S Fn Ziff Min Std Tel Anm Aufl Jh V ca geb gest max min",
    "fr": "no n p pp t vol fig éd chap art al tél env ann tab ch max min",
    "es": "no n p pp pág págs núm t vol fig ed cap art dpto tel aprox tab máx mín",
    "it": "no n p pp pag pagg t vol fig ed cap art tel circ tab max min",
    "pt": "no n p pp pág págs núm t vol fig ed cap art tel aprox tab máx mín",
}
_LETTERS = r"[^\W\d_](?:[^\W\d_]|\.(?=[^\W\d_]))*"
_SHORT = re.compile(rf"(?:^|[\s(\[“«„\"'/–-])(?P<short>{_LETTERS})\.$")
_VOWELS = re.compile(r"[aeiouyàáâãäåèéêëìíîïòóôõöùúûü]", re.IGNORECASE)
_OPENING = "\"'“‘«„(["
# They have no vowel either, but stand behind their name or their number.
_BEHIND = frozenset(
    {
        "ltd",
        "jr",
        "sr",
        "blvd",
        "pkwy",
        "rd",
        "st",
        "lb",
        "lbs",
        "hr",
        "hrs",
        "yr",
        "yrs",
        "pct",
        "jh",
        "chr",
        "std",
        "tsd",
    }
)
# Never the last word of a sentence.
_LEAN = frozenset({"Mr", "Mrs", "Ms", "Dr", "Prof", "e.g", "i.e", "vs", "cf"})
_KNOWN = {
    kind: {
        tag: frozenset(form for word in words.split() for form in (word, word[0].upper() + word[1:]))
        for tag, words in table.items()
    }
    for kind, table in (("names", _NAMES), ("numbers", _NUMBERS))
}


def is_short(word: str, tag: str = "en") -> bool:
    """Whether a word, with its period, is a short form of a language: "Vol.", "fig.", "Dr.", or an initial."""
    stem = word.removesuffix(".")
    known = any(stem in table.get(tag, ()) for table in _KNOWN.values())
    return word.endswith(".") and (known or (len(stem) == 1 and stem.isalpha()))


def leads_on(before: str, following: str, tag: str) -> bool:
    """Whether the period that ends `before` is that of a short form which needs what follows.

    Before a number that is a short form of books and streets ("vol. 3"), before a name a title or a kind of place.
    Capitals without a vowel are one by their looks ("Ft. Worth", "Frl. Meier"), except those that stand behind a name
    or a number. Before an English function word with a capital the sentence has ended: "on Main St. | The".
    """
    found = _SHORT.search(before)
    opening = re.match(r"\w+", following.lstrip(_OPENING))
    if not found or not opening:
        return False
    short = found["short"]
    if opening[0][0].isdigit():
        return short in _KNOWN["numbers"].get(tag, ())
    if tag == "en" and opening[0][0].isupper() and opening[0].lower() in STOPWORDS:
        return short in _LEAN
    looks = short[0].isupper() and 2 <= len(short) <= 4 and short[1:].islower() and not _VOWELS.search(short)
    return short in _KNOWN["names"].get(tag, ()) or (looks and short.lower() not in _BEHIND)
