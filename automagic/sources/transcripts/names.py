"""Who speaks, where a transcript writes it before the text: "Maria Lopez: ...", ">> JOHN: ...", "[Anna]: ...".

A colon alone says nothing: "The reason: reeds." and "Remember this: stop mowing." are sentences. What tells a name is
its shape and how the whole file is written:

    shape     words in title case or capitals, initials, titles, "Lopez, Maria (Parks)"; no word of grammar, none that
              the file also writes in lower case
    place     before the first colon of a row, at a dash or ">>", in the file's first cue
    habit     the same again and again; a file that names the speaker of most cues does so in every one

Two words of evidence are needed where the shape alone does not decide. What was taken for names is told to the person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from automagic.data import words
from automagic.language.text.keywords import stopwords_of
from automagic.language.text.proper_names import is_proper_name
from automagic.sources.transcripts.marks import is_sound

LONGEST = 60
"""Characters of a name."""
MOST_WORDS = 6
LABELLED, ALWAYS = 0.5, 0.9
"""Shares of the cues that begin with a label in a file that names speakers, and in one that names every one."""
_LIST = 2
CAPITALS = 0.6
"""Share of capital letters in a file that is written in capitals."""
_OFTEN, _VERY_OFTEN = 2, 3

# Nothing is given back: a row of five hundred stars would be tried in every way.
_LEAD = r"[\s\-–—•*_]*+(?P<arrows>(?:>\s?){1,4}|(?:&gt;\s?){1,4})?+[\s\-–—•*_]*+"
_COLON = re.compile(rf"(?P<lead>{_LEAD})(?P<name>[^:：\n\[\]<>]{{1,{LONGEST}}}?)[\s*_]*+[:：](?P<gap>[\s*_]*)(?=\S|$)")
_BRACKETS = re.compile(
    rf"(?P<lead>{_LEAD})(?:\[(?P<a>[^\[\]\n]{{1,{LONGEST}}})\]|<(?P<b>[^<>\n]{{1,{LONGEST}}})>|"
    rf"\((?P<c>[^()\n]{{1,{LONGEST}}})\)|（(?P<d>[^（）\n]{{1,{LONGEST}}})）|【(?P<e>[^【】\n]{{1,{LONGEST}}})】)"
    r"\s*(?P<colon>[:：])?\s*"
)

_NUMBERED = re.compile(
    r"(?:(?:speaker|spk|spkr|sprecher(?:in)?|locuteur|interlocuteur|locutor|orador|hablante|parlante|spreker|talare|"
    r"taler|puhuja|mówca|konuşmacı|спикер|говорящий|participant|teilnehmer(?:in)?|person|caller|guest|host|voice|"
    r"interviewer|interviewee|moderator|audience member|male|female|man|woman|boy|girl|track|channel|unknown)"
    r"[\s_#-]*(?:\d{1,3}|[A-Z])|(?:话者|話者|发言人|說話人|说话人|화자|참석자)\s*\d{1,3})",
    re.IGNORECASE,
)
_ROLES = re.compile(
    r"(?:speaker|unknown(?: speaker)?|unidentified(?: speaker| (?:fe)?male)?|interviewer(?:in)?|interviewee|"
    r"interviewte[rn]?|moderator(?:in)?|narrator|erzähler(?:in)?|announcer|presenter|host|co-?host|guest|caller|"
    r"reporter(?:in)?|anchor|voice-?over|(?:fe)?male (?:voice|speaker)|audience(?: member)?|sprecher(?:in)?|"
    r"teacher|student|professor|operator|q|a|entrevistador[a]?|intervistatore|présentateur|présentatrice)",
    re.IGNORECASE,
)


_WORDS = words("speakers")
_TITLES = frozenset(_WORDS["titles"])
_PARTICLES = frozenset(_WORDS["particles"])
_ORDINARY = frozenset(_WORDS["ordinary"])
_NAMES_TOO = frozenset({"will", "may", "an", "su", "mi", "ha", "al", "van", "le", "da", "min", "so", "sam", "do"})
"""Words of grammar in one language that are names in another."""

_WORD = re.compile(r"[^\W\d_]+(?:['’.\-][^\W\d_]+)*")
_CAPITAL_WORD = re.compile(r"[^\W\d_]{2,}")
_ENDS = re.compile(r"\w{2,}\.$")
_SHAPED = re.compile(r"(?:[dDlLoO]['’])?[^\W\d_][^\W\d_'’.\-]*(?:['’\-.][^\W\d_]+)*\.?")
_CASELESS = re.compile(r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Label:
    """What might be a speaker's name before the text of a row.

    Attributes:
        end: Offset of the text behind it.
        strong: Whether its form leaves no doubt: brackets or arrows, and a colon.
        bare: In brackets without a colon.
        dashed: Behind a dash.
        tight: Without a space behind the colon.
        capital: Whether the text behind it begins like a sentence.
    """

    name: str
    end: int
    strong: bool = False
    bare: bool = False
    dashed: bool = False
    tight: bool = False
    capital: bool = True


def is_numbered(name: str) -> bool:
    """Whether a name is one that tools give: "Speaker 1", "SPEAKER_00"."""
    return _NUMBERED.fullmatch(name) is not None


def find_label(text: str) -> Label | None:
    """What stands before the first colon of a row, or in brackets at its beginning, if it can be a name at all."""
    if found := _BRACKETS.match(text):
        inside = next(found[group] for group in "abcde" if found[group] is not None)
        name = _tidy(inside)
        if _may_be_name(name) and not (is_sound(name) and not found["colon"]):
            return Label(name, found.end(), strong=bool(found["colon"]), bare=not found["colon"])
        return None
    found = _COLON.match(text)
    if found is None:
        return None
    name, behind = _tidy(found["name"]), text[found.end() :]
    if not _may_be_name(name) or (not found["gap"] and re.match(r"//|\d", behind)):
        return None
    return Label(
        name,
        found.end(),
        strong=bool(found["arrows"]),
        dashed=bool(re.search(r"[-–—]", found["lead"])),
        tight=bool(behind) and not found["gap"],
        capital=not behind[:1].islower(),
    )


def _tidy(name: str) -> str:
    return " ".join(name.strip(" *_").split())


def _may_be_name(name: str) -> bool:
    words = name.split()
    if not 0 < len(words) <= MOST_WORDS or not any(letter.isalpha() for letter in name):
        return False
    # A full stop inside ends a sentence, unless it belongs to a title or an initial.
    if any(_ENDS.search(word) and word[:-1].lower() not in _TITLES for word in words):
        return False
    return not re.search(r"[!?…;\"“”„«»=|]|\.\.|,$", name)


@dataclass(slots=True)
class _Seen:
    count: int = 0
    first: bool = False
    strong: bool = False
    bare: int = 0
    dashed: bool = False
    tight: int = 0
    capital: int = 0


@dataclass(slots=True)
class _Habits:
    """How a file is written.

    Attributes:
        lower: Words that it writes in lower case outside of labels.
        acronyms: Words that it writes in capitals outside of labels.
        capitals: Whether all of it is in capitals.
        labelled: Whether most of its cues begin with a label that comes again.
        grammar: Words that no name has.
        always: Whether nearly all of its cues begin so.
        has_names: Whether there is a name that is certain.
        sentences: Whether the text behind its labels begins with a capital.
        listing: Whether it has many labels, each of them once: "Paris: ...", "London: ..."
    """

    lower: set[str] = field(default_factory=set)
    acronyms: set[str] = field(default_factory=set)
    capitals: bool = False
    labelled: bool = False
    grammar: frozenset[str] = frozenset()
    language: str = ""
    always: bool = False
    has_names: bool = False
    listing: bool = False
    sentences: bool = False


def find_names(cues: Sequence[Sequence[str]], language: str) -> frozenset[str]:
    """The labels of a transcript that are speakers' names, as `find_label` gives them.

    Args:
        cues: The rows of each.
        language: BCP-47 tag; "" when unknown.
    """
    seen: dict[str, _Seen] = {}
    labelled = 0
    texts: list[str] = []
    for number, rows in enumerate(cues):
        for place, row in enumerate(rows):
            label = find_label(row)
            if label is None:
                texts.append(row)
                continue
            texts.append(row[label.end :])
            one = seen.setdefault(label.name, _Seen())
            one.count += 1
            one.first |= number == 0 and place == 0
            one.strong |= label.strong
            one.bare += label.bare
            one.dashed |= label.dashed
            one.tight += label.tight
            one.capital += label.capital
            labelled += place == 0 and not label.bare
    if not seen:
        return frozenset()
    habits = _habits_of(texts, language)
    candidates = {name: one for name, one in seen.items() if not _is_ordinary(name, habits)}
    usual = [one.count for name, one in candidates.items() if one.count > one.bare]
    again = len(usual) < sum(usual)
    habits.labelled = again and labelled >= 2 and labelled >= LABELLED * len(cues)
    habits.always = habits.labelled and labelled >= ALWAYS * len(cues)
    repeated = [one for one in candidates.values() if one.count >= _OFTEN]
    habits.sentences = bool(repeated) and all(one.capital == one.count for one in repeated)
    habits.listing = True
    names = {name for name, one in seen.items() if _is_name(name, one, habits)}
    habits.has_names = bool(names)
    if not names:
        habits.listing = False
        likely = {name for name, one in candidates.items() if _is_name(name, one, habits)}
        habits.listing = len(likely) > _LIST and not again
    return frozenset(names | {name for name, one in candidates.items() if _is_name(name, one, habits)})


def _habits_of(texts: Iterable[str], language: str) -> _Habits:
    habits = _Habits(language=language)
    counts: Counter[bool] = Counter()
    for text in texts:
        for word in _WORD.findall(text):
            counts[word.isupper()] += len(word)
            if word[0].islower():
                habits.lower.add(word.lower())
            elif word.isupper() and len(word) > 1:
                habits.acronyms.add(word)
    habits.capitals = counts[True] > CAPITALS * (counts[True] + counts[False])
    habits.grammar = (stopwords_of("en") | stopwords_of(language or "en")) - _NAMES_TOO
    return habits


def _words_of(name: str) -> list[str]:
    """The words of a name that must be names, in lower case: without brackets, titles, initials and particles."""
    outside = re.sub(r"[(（\[].*", "", name)
    found = [word.replace("’", "'") for word in _WORD.findall(outside)]
    return [
        word.lower()
        for number, word in enumerate(found)
        if len(word) > 1
        and word.lower().rstrip(".") not in _TITLES
        and not (word.lower() in _PARTICLES and (number or word.islower()))
    ]


def _is_ordinary(name: str, habits: _Habits) -> bool:
    """Whether it is a part of a sentence: has a word of grammar, or one that announces."""
    if _NUMBERED.fullmatch(name) or _ROLES.fullmatch(name):
        return False
    words = _words_of(name)
    return any(word in habits.grammar or word in _ORDINARY for word in words)


def _is_name(name: str, seen: _Seen, habits: _Habits) -> bool:  # noqa: PLR0911 - one return for each kind of evidence
    if _NUMBERED.fullmatch(name):
        return True
    if seen.strong:
        return not _is_ordinary(name, habits) or seen.count >= _OFTEN
    if _ROLES.fullmatch(name):
        return name[0].isupper() or seen.count >= _OFTEN
    if _is_ordinary(name, habits) or (seen.tight == seen.count and seen.count < _VERY_OFTEN and not habits.labelled):
        return False
    often = seen.count >= _OFTEN
    if seen.bare == seen.count:
        return _is_shaped(name) and (often or (habits.has_names and _is_likely(name, seen, habits)))
    if _CASELESS.search(name):
        return (often or habits.labelled) and len(name.split()) <= 3
    common = any(word in habits.lower for word in _words_of(name) if len(word) > 2)
    if habits.capitals:
        return _is_shaped(name) and (often or habits.labelled or habits.has_names or seen.dashed or _is_formal(name))
    if _is_capital(name):
        return often or name not in habits.acronyms
    if not _is_shaped(name):
        usual = habits.labelled and (often or len(name.split()) == 1 or not name[0].isupper())
        return not common and (usual or (seen.count >= _VERY_OFTEN and len(name.split()) <= 2))
    if common:
        return habits.labelled and (often or (habits.always and _is_likely(name, seen, habits)))
    if often or _is_formal(name):
        return True
    return _is_likely(name, seen, habits)


def _is_likely(name: str, seen: _Seen, habits: _Habits) -> bool:
    """Whether one that is shaped like a name and comes once is one."""
    proper = [is_proper_name(word, habits.language) for word in re.findall(r"[^\W\d_][\w'’.-]+", name)]
    begins = seen.capital == seen.count
    if proper[-1:] == [False] or (habits.sentences and not begins):
        return False
    if habits.labelled or seen.dashed:
        return True
    if habits.listing and len(proper) == 1 and not habits.has_names:
        return False
    return begins and (habits.has_names or seen.first or len(proper) > 1 or True in proper)


def _is_shaped(name: str) -> bool:
    """Whether all words are written as names are."""
    inner = re.sub(r"\s*[(（\[][^()（）\[\]]*[)）\]]|\s[-–—|]\s.*", "", name)
    words = re.split(r"[\s,/]+", inner.strip(" ,"))
    found = 0
    for word in words:
        if word.lower() in _PARTICLES:
            continue
        if not _SHAPED.fullmatch(word) or not (word[0].isupper() or re.match(r"[a-z]{1,3}['’\-][A-Z]", word)):
            return False
        found += 1
    return found > 0 or bool(words)


def _is_capital(name: str) -> bool:
    letters = re.sub(r"\([^()]*\)", "", name)
    return bool(_CAPITAL_WORD.search(letters)) and letters.upper() == letters and not re.search(r"\d", letters)


def _is_formal(name: str) -> bool:
    """ "Lopez, Maria", "Dr. Lopez", "Maria Lopez (Parks)", "Maria J. Lopez"."""
    words = name.split()
    title = words[0].lower().endswith(".") and words[0].lower().rstrip(".") in _TITLES and len(words) > 1
    initial = len(words) > 1 and any(re.fullmatch(r"[^\W\d_]\.", word) for word in words)
    comma = re.fullmatch(r"[^\W\d_][\w'’.\- ]*,\s[^\W\d_][\w'’.\- ()]*", name) is not None
    brackets = re.search(r"\s\([^()]+\)$", name) is not None
    return title or initial or comma or brackets


def mid_row_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Matches a known name with its colon behind the end of a sentence, inside a row; None for no names."""
    known = sorted((re.escape(name) for name in names), key=len, reverse=True)
    if not known:
        return None
    return re.compile(rf"(?<=[.!?…\"”’)\]])\s+(?:[-–—]\s*|>>\s*)?(?P<name>{'|'.join(known)})\s*[:：](?:\s+|$)")
