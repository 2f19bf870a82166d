"""What a transcript says that one hears but that nobody says: [laughter], (applause), *sighs*, ♪ a song ♪, （拍手）.

A parenthesis with ordinary words in a sentence ("bees (not wasps) do") is said and stays. What is a sound by its place
only, and by no word that is known, is named to the person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST_WORDS = 12
"""More words in square brackets are an aside that somebody wrote so, not the name of a sound."""
_LONE_WORDS = 5
_AROUND = 200
"""Characters on both sides that tell where brackets stand."""

_SOUNDS = re.compile(
    r"\b(?:(?:laugh|cheer|sing|sigh|gasp|cough|sniff|snort|cry|weep|groan|moan|grunt|yawn|scoff|mutter|murmur|whisper|"
    r"shout|yell|scream|screech|chatter|beep|bleep|buzz|ring|knock|thud|crash|bang|bark|chirp|tweet|applaud|snicker|"
    r"whimper|gulp|swallow|clear)(?:s|es|ed|ing)?|"
    r"(?:whistl|sneez|sniffl|chuckl|giggl|inhal|exhal|breath|mumbl)(?:e|es|ed|ing)|"
    r"(?:clap|hum|sob|slam)(?:s|ped|ping|med|ming|bed|bing)?|cries|cried|"
    r"laughter|applause|applauds?|musical|music|instrumental|song|jingle|breath|breaths|throat|"
    r"crosstalk|cross-talk|overtalk|overlapping|inaudible|unintelligible|indistinct|indiscernible|incomprehensible|"
    r"unclear|silence|pause|beat|static|feedback|footsteps|noises?|sounds?|off[ -]?mic|off[ -]?camera|off[ -]?screen|"
    r"v\.?o\.?|voice-?over|foreign|speaking (?:in )?\w+|speaks (?:in )?\w+|blank_audio|no (?:audio|speech|sound)|"
    r"lach(?:t|en|end)|kichert|kichern|seufzt?|seufzen|hustet|husten|räuspert|räuspern|musik|beifall|stille|"
    r"unverständlich|gelächter|jubel|jubelt|rires?|rit|riant|applaudissements|applaudit|musique|soupirs?|soupire|toux|"
    r"rumore|risas?|ríe|ríen|aplausos?|música|suspiros?|suspira|risos?|ri|riem|applausi|risate|ride|ridono|musica|"
    r"sospira|gelach|lacht|applaus|muziek|zucht|skratt|skrattar|latter|applåder|śmiech|śmieje|muzyka|oklaski|"
    r"смех|смеется|смеётся|музыка|аплодисменты|gülüşmeler|müzik|alkış)\b",
    re.IGNORECASE,
)
_SOUNDS_UNSPACED = re.compile(
    "笑|拍手|音楽|音乐|音樂|歓声|掌声|掌聲|鼓掌|ため息|溜息|叹气|聞き取れ|听不清|沈黙|웃음|박수|음악|한숨"
)

_SENTENCE_WORDS = re.compile(
    r"\b(?:the|an?|is|are|was|were|be|it|he|she|they|we|you|i|and|or|but|not|no|of|to|for|that|this|with|my|our|your|"
    r"der|die|das|ist|und|oder|nicht|ein|eine|le|la|les|est|et|ou|pas|un|une|el|los|es|y|o|il|è|e|non|os|é|ou|não)\b",
    re.IGNORECASE,
)

_SQUARE = re.compile(r"\[([^\[\]]{0,300})\]|【([^【】]{0,100})】|〔([^〔〕]{0,100})〕")
_ROUND = re.compile(r"\(([^()]{1,300})\)|（([^（）]{1,100})）")
_STARRED = re.compile(r"(?<![\w*])\*(?!\s)([^*\n]{1,80}?)(?<!\s)\*(?![\w*])")
_NOTES = "♪♫♬♩🎵🎶"
_NOTE = re.compile(rf"[{_NOTES}]+")
_SONG = re.compile(rf"[{_NOTES}][^{_NOTES}]*(?:[{_NOTES}]+|$)|^\s*#\s[^#\n]+\s#\s*$", re.MULTILINE)
_OPENS = re.compile(r"(?:^|[\n>.!?…:。！？-])\s*$")
_SENTENCE_END = re.compile(r"(?:^|[.!?…。！？\"”])\s*$")


@dataclass(frozen=True, slots=True)
class NonSpeech:
    """A part of a text that is not said.

    Attributes:
        start, end: Offsets: [start, end).
        certain: Whether a known word, or its brackets, say so; else only its place does.
        words: Whether it holds words that might have been meant as speech: a song's.
    """

    start: int
    end: int
    certain: bool = True
    words: bool = False


def find_marks(text: str, *, songs: bool = True) -> list[NonSpeech]:
    """The marks of one cue's text (rows parted by line feeds), in order, not overlapping.

    Args:
        songs: Whether what stands behind a note is a song; else only the notes are marks.
    """
    if not re.search(rf"[\[(（【〔*#{_NOTES}]", text):
        return []
    found = [_song(match) for match in (_SONG if songs else _NOTE).finditer(text)]
    for match in _SQUARE.finditer(text):
        if len(_inside(match).split()) <= _LONGEST_WORDS:
            found.append(NonSpeech(match.start(), match.end()))
    found += [mark for match in _ROUND.finditer(text) if (mark := _judge(text, match))]
    found += [
        NonSpeech(match.start(), match.end())
        for match in _STARRED.finditer(text)
        if is_sound(match[1]) and len(match[1].split()) <= _LONE_WORDS
    ]
    found.sort(key=lambda mark: (mark.start, -mark.end))
    kept: list[NonSpeech] = []
    for mark in found:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def is_sound(text: str) -> bool:
    """Whether words name a sound: "laughs", "door slams", "拍手"."""
    return bool(_SOUNDS.search(text) or _SOUNDS_UNSPACED.search(text))


def _song(match: re.Match[str]) -> NonSpeech:
    words = [word for word in match[0].split() if any(letter.isalnum() for letter in word)]
    return NonSpeech(match.start(), match.end(), words=bool(words) and not is_sound(match[0]))


def _inside(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "")


def _judge(text: str, match: re.Match[str]) -> NonSpeech | None:
    """A parenthesis: a sound by its words, or by standing alone where no sentence goes on; None when it is said."""
    inside = _inside(match).strip()
    if not any(letter.isalnum() for letter in inside):
        return NonSpeech(match.start(), match.end())
    count = len(inside.split())
    if count > _LONE_WORDS or re.search(r"[.!?;:,]$", inside):
        return None
    before = text[max(0, match.start() - _AROUND) : match.start()]
    after = text[match.end() : match.end() + _AROUND]
    alone = not before.rpartition("\n")[2].strip(" -–—>") and not after.partition("\n")[0].strip()
    if is_sound(inside) and (alone or not _SENTENCE_WORDS.search(inside)):
        return NonSpeech(match.start(), match.end(), certain=alone or bool(_OPENS.search(before)))
    if alone and (inside[:1].islower() or inside.isupper()):
        above = before.rpartition("\n")[0]
        if _SENTENCE_END.search(above) and not after.lstrip()[:1].islower():
            return NonSpeech(match.start(), match.end(), certain=False)
    return None
