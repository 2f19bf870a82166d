"""Display text to what the voice says, with the way back from each display word.

    display   "NASA paid $24.9B – really!"
    text      "NASA paid twenty-four point nine billion dollars, really!"
    tokens    NASA → (nasa)  paid → (paid)  $24.9B → (twenty four point nine billion dollars)  – → ()  ...

No digit is left in `text`: the engines skip or mangle them (kokoro-onnx drops the point of "3.7").
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence

from automagic.language.names.entries import NO_NAMES, NameList
from automagic.language.numbers import spoken as spoken_numbers
from automagic.language.speech.english import read_words
from automagic.language.speech.own_names import named_pattern, said_for, say_names
from automagic.language.text.sentences import clean_text, primary_tag, split_sentences, split_words
from automagic.values.words import SpokenSentence, SpokenToken

_KEPT_PUNCTUATION = frozenset(".,;:!?…()\"'“”-¿¡।。、，！？؟،")
_QUOTES = {"«": "“", "»": "”", "„": "“", "‹": "“", "›": "”", "’": "'", "‘": "'", "‐": "-", "‑": "-"}
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*+|`+|~~+|(?<![\w])_+(?=\w)|(?<=\w)_+(?!\w)|\\(?=[*_`~#])|\]\([^)]*\)|[\u200b-\u200f\ufeff]")
_STARRED = re.compile(r"[^\w*]*[A-Z][a-z]?\*[^\w*]*")
_OPENING_MARK = re.compile(r"#+|>+")
# Matching costs up to the cube of the length; a scene has fifty words, not three hundred.
_MAX_MATCHED = 300 * 300
_RAISED = re.compile(r"(?<=\d)[⁰¹⁴⁵⁶⁷⁸⁹]+")
_PICTURES = frozenset({"So", "Sk", "Cf", "Co", "Cn", "Cs", "Cc"})
_SAID_PICTURES = frozenset("°ºª№℃℉↑↓▲▼^")
_SUPERSCRIPTS = dict(zip("⁰¹⁴⁵⁶⁷⁸⁹", "01456789", strict=True))


def spoken_sentences(
    text: str, spoken: str | None = None, language: str = "en", names: NameList = NO_NAMES
) -> tuple[SpokenSentence, ...]:
    """`text` as sentences in display and spoken form.

    Args:
        text: What captions show.
        spoken: What the voice says instead; it is normalised too, and the display words are aligned to it.
        language: BCP-47 tag. English is read in full; other languages have their numbers read and the rest passed on.
        names: A person's own, which are said as it says; the display words stay as they are.

    Returns:
        The sentences that have something to say, in order, together holding every display word (one that is not
        spoken, such as a lone emoji, goes with its neighbours). Empty when nothing can be said at all.
    """
    tag = primary_tag(language)
    text = clean_text(text)
    shown = [split_words(sentence) for sentence in split_sentences(text, language)]
    read = [(words, _read(words, tag, names)) for words in shown if words]
    if spoken is not None:
        said = [split_words(sentence) for sentence in split_sentences(clean_text(spoken), language)]
        instead = [_read(words, tag, names) for words in said]
        if any(words_in(_assemble(pieces)) for pieces in instead):
            return _align(read, [_assemble(pieces) for pieces in instead])
    sentences: list[SpokenSentence] = []
    waiting: tuple[str, ...] = ()
    for words, pieces in read:
        if not words_in(_assemble(pieces)):
            if sentences:
                sentences[-1] = _with_unspoken(sentences[-1], words)
            else:
                waiting += words
            continue
        tokens = [SpokenToken(word, words_in(piece)) for word, piece in zip(words, pieces, strict=True)]
        silent = [SpokenToken(word, ()) for word in waiting]
        sentences.append(SpokenSentence(" ".join((*waiting, *words)), _assemble(pieces), (*silent, *tokens)))
        waiting = ()
    return tuple(sentences)


def sounds_in(text: str, names: NameList, language: str = "en") -> tuple[tuple[str, str], ...]:
    """The names of a spoken text whose sounds a person states: as the text has each, and its IPA; once each."""
    tag = primary_tag(language)
    stated = (
        (entry, said_for(entry, lambda other: read_plain(other, tag))) for entry in names.entries if entry.say_ipa
    )
    found = ((entry, _scrub(" ".join(words), tag)) for entry, words in stated)
    return tuple(
        dict.fromkeys((said, entry.say_ipa) for entry, said in found if said and named_pattern(said).search(text))
    )


def words_in(said: str) -> tuple[str, ...]:
    """The words of a spoken text: lower-case, letters, marks and inner apostrophes; a hyphen parts two words."""
    words: list[str] = []
    current = ""
    for index, character in enumerate(said):
        following = said[index + 1] if index + 1 < len(said) else " "
        if _is_letter(character):
            current += character
        elif character in "'’" and current and _is_letter(following):
            current += "'"
        elif current:
            words.append(current.lower())
            current = ""
    return (*words, current.lower()) if current else tuple(words)


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def _read(words: Sequence[str], tag: str, names: NameList) -> list[str]:
    """What is said for each word, free of markup, pictures and digits."""
    bare = [_unmark(word) for word in words]
    if bare and _OPENING_MARK.fullmatch(bare[0]):
        bare[0] = ""  # of a heading or a quotation; further inside they are "number" and "more than"
    said = say_names(bare, read_plain(bare, tag), names, lambda other: read_plain(other, tag))
    return [_scrub(piece, tag) for piece in said]


def read_plain(words: Sequence[str], tag: str) -> list[str]:
    """What is said for each word that has neither markdown nor emoji; "" for none."""
    if tag == "en":
        return read_words(words)
    from automagic.language.speech import foreign  # 20 ms, which an English video does not need

    return foreign.read_words(words, tag)


def _unmark(word: str) -> str:
    """`word` without markdown and emoji; typographic variants of digits and letters in their plain form."""
    if not _STARRED.fullmatch(word):  # the star of "A*" is a part of the name
        word = _MARKS.sub("", _LINK.sub(r"\1", word)).strip()
    word = _RAISED.sub(lambda found: "^" + "".join(_SUPERSCRIPTS[digit] for digit in found[0]), word)
    word = re.sub(r"(?<=[^\W\d_]{3})[⁰¹⁴⁵⁶⁷⁸⁹]+", "", word)  # of a footnote
    plain = ""
    for character in word:
        if character in _SAID_PICTURES or unicodedata.category(character) not in _PICTURES:
            plain += _plain_form(character)
    return "".join(plain.split())


def _plain_form(character: str) -> str:
    """Full-width, circled and subscript digits, and letters in mathematical dress, as ordinary ones."""
    if character in "½⅓⅔¼¾⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚²³…ºª№" or character.isspace():
        return character
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded.strip() and not folded.startswith(" ") else ""


def _scrub(said: str, tag: str) -> str:
    """Only letters, marks, white space and punctuation that a voice understands; digits that are left become words."""

    def read_rest(match: re.Match[str]) -> str:
        return f" {spoken_numbers.cardinal(match[0], tag)} "

    said = said.replace("²", " squared" if tag == "en" else "").replace("³", " cubed" if tag == "en" else "")
    said = re.sub(r"[0-9]+", read_rest, said)
    kept = ""
    for character in said:
        plain = _QUOTES.get(character, character)
        category = unicodedata.category(plain)
        if category[0] in "LM" or plain in _KEPT_PUNCTUATION:
            kept += plain
        elif category[0] == "N":
            kept += _read_numeral(plain, tag)
        else:
            kept += " "
    return " ".join(kept.split())


def _read_numeral(character: str, tag: str) -> str:
    """A numeral that is no decimal digit, such as "Ⅷ" or "፲"; "" when it has no whole value."""
    value = unicodedata.numeric(character, -1.0)
    return f" {spoken_numbers.cardinal(str(int(value)), tag)} " if value >= 0 and value == int(value) else " "


def _assemble(pieces: Sequence[str]) -> str:
    """The pieces as one text; one that is only punctuation joins what was said before, doubles are dropped."""
    text = ""
    for piece in pieces:
        if not piece:
            continue
        if any(_is_letter(c) for c in piece):
            text = f"{text} {piece}" if text else piece
        elif text and text[-1] not in ".,;:!?…":
            text += piece[:1] if piece[0] in ".,;:!?…" else ""
    return text


def _with_unspoken(sentence: SpokenSentence, words: Sequence[str]) -> SpokenSentence:
    tokens = tuple(SpokenToken(word, ()) for word in words)
    return SpokenSentence(" ".join((sentence.display, *words)), sentence.text, sentence.tokens + tokens)


def _align(read: Sequence[tuple[Sequence[str], list[str]]], texts: Sequence[str]) -> tuple[SpokenSentence, ...]:
    """Display words with the words of a different spoken text, in order, none lost.

    Words that both have are matched; between two matches the spoken words are shared among the display words in
    proportion to how much each would say. Sentences end where the spoken text's do, if a display word ends there too.
    """
    shown = [word for words, _ in read for word in words]
    own = [words_in(piece) for _, pieces in read for piece in pieces]
    texts = [text for text in texts if words_in(text)]
    said = [word for text in texts for word in words_in(text)]
    if not shown:
        return tuple(SpokenSentence("", text, (SpokenToken("", words_in(text)),)) for text in texts)
    ends = _ends_by_word(own, said)
    tokens, start = [], 0
    for word, end in zip(shown, ends, strict=True):
        tokens.append(SpokenToken(word, tuple(said[start:end])))
        start = end
    return _cut(tokens, ends, texts)


def _ends_by_word(own: Sequence[tuple[str, ...]], said: Sequence[str]) -> list[int]:
    """For each display word, how many of the spoken words have been said when it ends; the last says the rest."""
    expected = [word for words in own for word in words]
    position = _positions(expected, said)
    ends, count = [], 0
    for words in own:
        count += len(words)
        ends.append(position[count])
    # Words that were added after the last match belong to the last display word that says anything.
    last = max((i for i, words in enumerate(own) if words), default=len(own) - 1)
    return [end if index < last else len(said) for index, end in enumerate(ends)]


def _positions(expected: Sequence[str], said: Sequence[str]) -> list[int]:
    """Where each border between expected words lies among the spoken words (len(expected) + 1 of them, rising)."""
    if len(expected) * len(said) > _MAX_MATCHED:
        blocks = [("replace", 0, len(expected), 0, len(said))]
    else:
        blocks = list(difflib.SequenceMatcher(a=expected, b=said, autojunk=False).get_opcodes())
    position = [0] * (len(expected) + 1)
    for _, a0, a1, b0, b1 in blocks:
        for a in range(a0, a1):
            position[a + 1] = b0 + round((b1 - b0) * (a + 1 - a0) / (a1 - a0))
        if a0 == a1:  # words only the voice says go with the display word before them
            position[a0] = b1
    return position


def _cut(tokens: Sequence[SpokenToken], ends: Sequence[int], texts: Sequence[str]) -> tuple[SpokenSentence, ...]:
    sentences: list[SpokenSentence] = []
    first, count, waiting = 0, 0, []
    for index, text in enumerate(texts):
        waiting.append(text)
        count += len(words_in(text))
        is_last = index + 1 == len(texts)
        if not is_last and count not in ends[first:]:
            continue
        last = len(tokens) if is_last else _after_silent(tokens, ends.index(count, first) + 1)
        part = tuple(tokens[first:last])
        sentences.append(SpokenSentence(" ".join(token.display for token in part), " ".join(waiting), part))
        first, waiting = last, []
    return tuple(sentences)


def _after_silent(tokens: Sequence[SpokenToken], index: int) -> int:
    """Past the display words that follow unspoken and end no sentence of their own."""
    while index < len(tokens) and not tokens[index].spoken and not any(_is_letter(c) for c in tokens[index].display):
        index += 1
    return index
