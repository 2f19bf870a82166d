"""What an editor listens for in English sentences: hooks, what leans on words before, endings, stories, filling.

Word lists and patterns, no tagger: three hours of talk are read in a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from automagic.language.text.lexicon import bare, counts
from automagic.language.text.sentences import split_words


@dataclass(frozen=True, slots=True)
class EditorialMark:
    """Something that was found in a sentence.

    Attributes:
        what: In words: "opens with a number".
        quote: Where: words of the sentence.
        strength: 0..1.
    """

    what: str
    quote: str
    strength: float


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b", re.IGNORECASE)


_QUESTION_WORDS = frozenset(
    [
        "what", "why", "how", "who", "when", "where", "which", "whose", "is", "are", "was", "were", "do", "does", "did",
        "can", "could", "would", "should", "will", "have", "has", "had", "isn't", "aren't", "don't", "doesn't",
        "didn't", "what's", "who's", "how's", "where's", "why's",
    ]
)  # fmt: skip
_OPENERS = frozenset(["and", "so", "but", "well", "okay", "ok", "now", "wait", "then", "yeah", "right", "um", "uh"])
_CLAIM = _any_of(
    "never", "nobody", "no one", "impossible", "most people", "changed everything",
    r"the (?:\w+est|most|best|worst|only|single|real) \w+", r"the (?:truth|secret|problem|mistake|reason|lesson|key|"
    r"trick|difference|danger|point) (?:is|was|of|to|with|that|why)", r"the \w+ mistake", "a lie", "a myth",
)  # fmt: skip
_CONTRAST = _any_of(
    r"(?<!^)but", "instead", "unlike", "although", "even though", "no longer", "the opposite", "not because",
    r"turns? out", r"(?:is|was|are|were|did|do|does|would|could)n['’]t", "rather than", "wrong", "except that",
    "nobody", "not one",
)  # fmt: skip
_ADDRESS = _any_of("you", "your", "you're", "you've", "yourself", "imagine", "picture this", "let me tell you")
_GREETING = re.compile(
    r"^\W*(?:hello|hi|hey|welcome|good (?:morning|evening|afternoon)|thanks?(?: you)?(?: so much)? for|thank you)\b",
    re.IGNORECASE,
)
_THROAT = re.compile(
    r"^\W*(?:(?:so|and|well|okay|ok|alright|all right|yeah|right|now|anyway|anyways)\W+)*"
    r"(?:um+|uh+|er+m?|hmm+|you know|i mean|like,|okay|ok|alright|yeah|anyway|anyways|i guess|i don['’]t know|"
    r"let me see|let['’]s see|where was i)\b",
    re.IGNORECASE,
)
_FILLER = _any_of(
    "um+", "uh+", "er+m", "hmm+", "you know", "i mean", "sort of", "kind of", "like(?=,)", "basically", "i guess",
    "or whatever", r"and (?:stuff|things)(?: like that)?", "or something", r"i don['’]t know", "let me see",
    "where was i", "anyways?", "whatever", "and so on",
)  # fmt: skip
_BACK = _any_of(
    r"(?:as|like) (?:i|we|you|he|she|they) (?:just )?(?:said|mentioned|saw|heard|explained|told|discussed)",
    r"(?:going|coming|getting|circling) back to",
    r"as (?:mentioned|discussed)", r"i (?:just )?mentioned", "the former", "the latter", "the same goes",
    "speaking of which", "a minute ago", "a moment ago", "what you just said", "like i was saying", "as before",
)  # fmt: skip
_REASONED = re.compile(
    r"^\W*(?:and |so |but )?(?:(?:(?:that|this)(?:['’]s| is| was)|which is) why|ever since(?: that \w+)?,|since then|"
    r"from then on|after that|at that (?:point|moment|time)|in that case|(?:since|from) that day)",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"^\W*(?:(?:and|so|then)\W+)?(?:second(?:ly)?,|third(?:ly)?,|fourth,|number (?:two|three|four|five|[2-9])|"
    r"the (?:second|third|fourth|next|other|last) (?:one|thing|reason|mistake|question|point|step|rule|part|part)|"
    r"another (?:one|thing|reason|mistake|question|point|example)|next,|also,|likewise|similarly)",
    re.IGNORECASE,
)
_REPLIES = frozenset(
    [
        "yes", "no", "yeah", "yep", "yup", "nope", "exactly", "right", "sure", "absolutely", "correct", "true",
        "definitely", "totally", "certainly", "okay", "ok", "indeed", "agreed", "neither", "mhm", "wow", "oh", "ah",
        "ha", "haha", "mm", "huh", "hm",
    ]
)  # fmt: skip
_LINKS = {
    "and": 0.6, "but": 0.6, "or": 0.8, "nor": 0.8, "plus": 0.6, "also": 0.6, "which": 0.9, "because": 0.6,
    "cause": 0.6, "so": 0.25, "then": 0.5, "yet": 0.4, "therefore": 0.7, "otherwise": 0.8, "however": 0.6, "too": 0.6,
}  # fmt: skip
_SKIPPED = frozenset(
    [
        "and", "but", "or", "so", "then", "well", "now", "yet", "plus", "also", "because", "when", "if", "while",
        "after", "before", "since", "until", "although", "though", "once", "maybe", "perhaps", "still", "just",
        "actually", "basically", "honestly", "for", "in", "on", "at", "with", "from", "of", "to", "is", "was",
        "are", "were", "did", "does", "um", "uh", "like", "later", "eventually", "finally", "suddenly", "however",
        "today", "sometimes", "how", "why", "what", "where", "whether", "even", "all", "do", "has", "had", "would",
    ]
)  # fmt: skip
_PERSONS = frozenset(["he", "she", "they", "him", "them", "his", "her", "hers", "their", "theirs", "its", "themselves"])
_POINTING = frozenset(["this", "that", "these", "those", "such"])
_EXPLETIVE = re.compile(
    r"\bit(?:['’]s| is| was| will| would| has| can| could| must| might| may| seems?| turns?| turned| takes?| took| "
    r"costs?| rains?| rained| snowed| happens?| happened| does| did| makes?| matters?| had)\b.*?"
    r"\b(?:that|to|when|if|how|who|where|for|since|until|years?|days?|weeks?|months?|hours?|minutes?|o['’]clock|time|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning|night|evening|summer|winter|\d{4}|out|"
    r"raining|snowing|cold|hot|dark)\b",
    re.IGNORECASE,
)
_PRESENTING = re.compile(
    r"\bthis is (?:a|an|the|how|what|where|my|our|about|going)\b|\b(?:those|these) (?:who|of|two|three|days)\b"
    r"|\bthat which\b|\bthis (?:year|week|month|morning|evening|summer|winter|country|city|video|episode|world)\b",
    re.IGNORECASE,
)
_CONCLUSION = re.compile(
    r"^\W*(?:so,? (?:the|if|when|i|we|you|that)|and so(?! on)|and that['’]s|"
    r"that(?:['’]s| is) (?:why|how|what|when|the)|which is why|therefore|finally|in the end)\b|"
    r"\b(?:the (?:lesson|moral|point is)|in the end|ever since|from then on|from that day|since that day|never again|"
    r"for the rest of|that['’]s why|that is why|what i learned|changed (?:my|his|her|our|their|everything|the way)|"
    r"saved (?:my|his|her|our|their|the)|to this day|and it worked|i (?:still|never) \w+|turned out)\b",
    re.IGNORECASE,
)
_STORY_OPENING = _any_of(
    r"(?<!in )(?<!within )(?<!after )one (?:day|night|morning|evening|afternoon|summer)", "when i was", "when we were",
    r"(?:\w+ )?years ago", r"last (?:year|week|summer|winter|month|spring|night)", "i remember", "i['’]ll never forget",
    r"back in", r"in (?:the (?:spring|summer|autumn|fall|winter) of )?(?:1[5-9]|20)\d\d", "there was (?:a|an|this)",
    "once upon", r"my first (?:day|job|week|year|night)", "the first time", r"i was (?:\d+|nineteen|twenty|about|"
    r"working|sitting|walking|standing|driving|flying|a)", r"the (?:day|night|morning) (?:that|i|we|before|after)",
)  # fmt: skip
_STORY_TURN = _any_of(
    "suddenly", "all of a sudden", "but then", "and then", r"then (?:he|she|they|it|i|we|the|one)", "turned out",
    r"until (?:one|that|the)", r"i reali[sz]ed", r"(?:he|she|they|i) (?:said|asked|shouted|told|looked|laughed|cried)",
    r"the next (?:day|morning|week)", "to my surprise", "out of nowhere", "that['’]s when", "that was when",
    r"(?:an hour|two hours|a week|minutes|days|weeks|months) later",
)  # fmt: skip
_EXAMPLE = _any_of("for example", "for instance", "such as", "imagine", "suppose", "say you", "think of", "picture")
_ANNOUNCES = re.compile(
    r"\b(?:two|three|four|five|six|seven|some|a few|several) (?:\w+ )?(?:things|reasons|ways|steps|rules|mistakes|"
    r"points|kinds|parts|questions)\b|\blet me (?:tell|show|explain|give)\b|\bhere(?:['’]s| is| are)\b|[:：]$",
    re.IGNORECASE,
)
_CONTINUES = frozenset(["and", "but", "because", "or", "which", "so", "also", "plus", "cause", "then"])
_TITLES = frozenset(["I", "I'm", "I've", "I'd", "I'll", "Mr", "Mrs", "Ms", "Dr", "OK", "God"])
_WEAK_NUMBERS = frozenset(["one", "first", "half", "second", "third", "quarter"])
_PUNCTUATION_AFTER = re.compile(r"[,.!?;:…—–-]$")


def is_question(text: str) -> bool:
    """Whether a sentence asks something, rather than asking for assent ("..., right?")."""
    if not text.rstrip("\"'”’»)] ").endswith(("?", "？")):
        return False
    words = [bare(word) for word in split_words(text)]
    if len(words) < 3:
        return bool(words) and words[0] in {"why", "how", "what", "who", "when", "where"}
    said = [word for word in map(bare, split_words(_FILLER.sub(" ", text))) if word and word not in _OPENERS]
    return bool(_QUESTION_WORDS & set(said[:2])) or bool({"you", "your"} & set(said[:-1]))


def find_hooks(opening: str, *, question: bool) -> tuple[EditorialMark, ...]:
    """What makes one listen in the words of the first seconds; `question`: whether they are part of one."""
    marks: list[EditorialMark] = []
    if question:
        marks.append(EditorialMark("opens with a question", opening, 0.6))
    words = split_words(opening)
    number = next((word for word in words if _is_number(word)), "")
    if number:
        marks.append(EditorialMark("has a number in its first seconds", opening, 0.35))
    for what, pattern, strength in (
        ("opens with a contrast", _CONTRAST, 0.35),
        ("opens with a strong claim", _CLAIM, 0.4),
        ("speaks to the listener", _ADDRESS, 0.25),
    ):
        if match := pattern.search(_FILLER.sub(" ", opening)):
            marks.append(EditorialMark(what, opening if len(match[0]) < 4 else match[0], strength))
    if match := _STORY_OPENING.search(opening):
        marks.append(EditorialMark("opens a story", match[0], 0.4))
    return tuple(marks)


def find_warm_up(opening: str) -> EditorialMark | None:
    """A greeting, or noises before speech, in the words of the first seconds."""
    if match := _GREETING.match(opening):
        return EditorialMark("opens with a greeting", match[0].strip(), 1.0)
    if match := _THROAT.match(opening):
        return EditorialMark("opens by clearing its throat", match[0].strip(), 1.0)
    return None


def _is_number(word: str) -> bool:
    return counts(word) and bare(word) not in _WEAK_NUMBERS


def find_leaning(text: str) -> EditorialMark | None:
    """What in a sentence's beginning needs words before it; None when it can begin."""
    words = split_words(text)
    low = [bare(word) for word in words]
    if not words:
        return None
    found = [
        mark
        for mark in (_back_reference(text, words), _reply(words, low), _link(low, text), _pronoun(words, low, text))
        if mark
    ]
    return max(found, key=lambda mark: mark.strength, default=None)


def find_back_reference(text: str) -> EditorialMark | None:
    """ "As I said" and the like, anywhere in a sentence."""
    match = _BACK.search(text)
    return EditorialMark("refers back", match[0], 0.5) if match else None


def _back_reference(text: str, words: tuple[str, ...]) -> EditorialMark | None:
    head = " ".join(words[:9])
    if match := _REASONED.match(head) or _BACK.search(head):
        return EditorialMark(f"starts with “{match[0]}”: what came before is missing", match[0], 1.0)
    if match := _ITEM.match(text):
        said = match[0].strip(" ,")
        return EditorialMark(f"starts with “{said}”: one of several, the others are missing", said, 0.7)
    return None


def _reply(words: tuple[str, ...], low: list[str]) -> EditorialMark | None:
    if low[0] in _REPLIES and (len(words) == 1 or _PUNCTUATION_AFTER.search(words[0])):
        return EditorialMark(
            f"starts with “{words[0].rstrip(',.')}”: an answer to something that is not heard", words[0], 0.8
        )
    return None


def _link(low: list[str], text: str) -> EditorialMark | None:
    strength = _LINKS.get(low[0], 0.0)
    if not strength or (low[0] == "because" and low[1:2] == ["of"]):
        return None
    if low[0] in {"so", "and", "but"} and is_question(text):
        strength *= 0.4
    return EditorialMark(f"starts with “{low[0]}”: it goes on with something", low[0], strength)


def _pronoun(words: tuple[str, ...], low: list[str], text: str) -> EditorialMark | None:
    """A third person or a demonstrative before anything that it could stand for."""
    at = 0
    while at < min(len(low) - 1, 4) and low[at] in _SKIPPED:
        at += 1
    stem = low[at].partition("'")[0]
    word = words[at].strip(',.!?;:“”"')
    if stem in _PERSONS:
        return EditorialMark(f"starts with “{word}”: nobody knows who", word, 1.0)
    if stem == "it":
        if _EXPLETIVE.search(" ".join(words[at : at + 12])):
            return EditorialMark(f"starts with “{word}”", word, 0.2)
        return EditorialMark(f"starts with “{word}”: nobody knows what", word, 1.0)
    if stem in _POINTING:
        if _PRESENTING.search(text[:80]):
            return None if stem != "that" else EditorialMark(f"starts with “{word}”", word, 0.3)
        return EditorialMark(
            f"starts with “{word}”: nobody knows what", word, 0.9 if stem in {"that", "those"} else 0.8
        )
    return None


def find_conclusion(text: str) -> EditorialMark | None:
    """What says that a thought arrives."""
    match = _CONCLUSION.search(text)
    return EditorialMark("arrives somewhere", match[0], 1.0) if match else None


def find_story(text: str) -> tuple[EditorialMark | None, int]:
    """What opens a story in a sentence, and how many turns of one it has."""
    match = _STORY_OPENING.search(text)
    return (EditorialMark("tells a story", match[0], 1.0) if match else None), len(_STORY_TURN.findall(text))


def find_specifics(text: str) -> tuple[str, ...]:
    """Names, figures and the announcements of examples, as they stand in the sentence."""
    words = split_words(text)
    found: list[str] = []
    for index, word in enumerate(words):
        core = word.strip("“”\"'‘’().,;:!?…")
        if _is_number(word) or (
            index and core[:1].isupper() and core.partition("'")[0].partition("’")[0] not in _TITLES
        ):
            found.append(core)
    found.extend(match[0] for match in _EXAMPLE.finditer(text))
    return tuple(found)


def count_fillers(text: str) -> int:
    """Words and phrases that fill time."""
    return len(_FILLER.findall(text))


def goes_on(text: str) -> bool:
    """Whether a sentence goes on with the one before it."""
    words = split_words(text)
    return bool(words) and bare(words[0]) in _CONTINUES


def announces(text: str) -> bool:
    """Whether a sentence promises what only comes after it."""
    return bool(_ANNOUNCES.search(text))
