"""Which sentences of a document can be told at all, and which lean on the one before.

Left out: boilerplate, captions, tables, e-mail headers, headings, fragments, sentences that point at figures or at the
page itself. Kept but marked: those that need the sentence before ("However, this ...", "She ...").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from automagic.language.speech.spoken import spoken_sentences
from automagic.language.text.grammar import FINITE, tag_words
from automagic.language.text.sentences import clean_text, primary_tag, split_sentences, split_words
from automagic.providers.local.extract.leaning import leans_on_previous
from automagic.values.document import Document, Mark

_MIN_WORDS, _MAX_WORDS = 3, 50
_MIN_VERBLESS_WORDS = 4
_MOST_AMOUNT_WORDS = 9
_ENDS = frozenset('.!?…。！？।॥؟۔։።"”“’»›」』)）')
"""What a sentence ends with; German closes with the mark that English opens with."""
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_UNSPACED = frozenset({"zh", "ja", "th", "km", "lo", "my"})
_MIN_COMMAND_WORDS = 2
"""A step of a list may be as short: "Bring boots."."""
_BOILERPLATE = re.compile(
    r"\b(?:cookies?\b.*\b(?:use|accept|consent|settings|policy|improve)|(?:use|"
    r"accept)s?\b.{0,20}\bcookies|privacy policy|"
    r"terms (?:of|and) (?:use|service|conditions)|all rights reserved|subscribe|newsletter|sign up|log in|"
    r"click (?:here|on|the)|read (?:more|also|the full)|follow us|share this|advertisement|sponsored|"
    r"copyright (?:\d|notice|by\b)|©|"
    r"contact us|unsubscribe|skip to|back to top|related articles?|leave a comment|your email address|javascript|"
    r"(?:views|opinions) (?:expressed|here) (?:\w+ ){0,3}are|"
    r"for more information|visit our|download (?:the|our)|press release|media contact|disclosure|affiliate link)\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"^(?:photo|photograph|image|picture|credit|source|figure|fig\.|table|caption|video|chart|"
    r"illustration|by [A-Z]\w+ [A-Z]\w+|updated|published|posted|tags?|keywords?|author|references?)"
    r"\b\s*(?:[:\d(]|by\b|$)|^(?:above|below|left|right)\b\s*(?:[:(]|$)",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:[A-Z][\w.'’-]+ ){2,3}(?:writes (?:about|for|on)|"
    r"is an? (?:\w+ ){0,2}(?:writer|columnist|journalist|reporter|editor))\b"
)
_DATELINE = re.compile(
    r"\A(?:[^\W\d_a-zß-ÿ](?:[^\W\d_a-zß-ÿ]|[.’' -]){2,40}(?:,\s[^–—:!?]{1,40}?|\s\([^()]{2,20}\)){0,2}|"
    r"[^\W\d_a-zß-ÿ][\w.’' -]{2,40},\s(?:\d{1,2}\.?\s\w{3,10}|\w{3,10}\.?\s\d{1,2})(?:,?\s\d{4})?)"
    r"\s?[–—]\s?(?=[^\W\d_a-zß-ÿ]|[\d“\"«„])"
)
"""Where and when a report was written, at its very beginning: "PORT ELLARY, 14 October – The ferry …"."""
_MAIL = re.compile(
    r"^(?:from|to|cc|bcc|sent|date|subject|reply-to)\s*:|^>|\bwrote:\s*$|^(?:dear|hi|hello|hey)\s+\w+,|"
    r"^(?:best|kind|warm)?\s*regards\b|^(?:sincerely|cheers)\b|^-{2,}\s*$|^sent from my\b",
    re.IGNORECASE,
)
_TIMES = (
    r"(?:spring|summer|autumn|fall|winter|(?:day|morning|night|evening|afternoon|week|weekend|month|year|decade)s?)\b"
)
_POINTER = re.compile(
    r"\b(?:(?:figures?|figs?\.?|tables?|sections?|chapters?|appendix|equations?|eq\.?)\s+\(?\d|"
    r"as (?:shown|seen|mentioned|"
    r"described|discussed|noted|explained)\b|shown (?:above|below|here)|see (?:above|below|also)\b|(?:^|\()see the\b|"
    r"(?:mentioned|listed|described|discussed) (?:above|below|earlier)|the (?:former|latter|aforementioned)\b|"
    r"in this (?:article|post|guide|section|chapter|paper|video|tutorial|report|blog)|"
    r"this (?:article|post|guide|blog post|"
    r"paper|tutorial|page)\b|"
    rf"(?:the|these|those) (?:following(?! (?:\w+ )?{_TIMES})|steps? (?:above|below)|above|below)\b|"
    r"(?:table|chart|diagram|graph|list|image|photo|screenshot|picture) (?:above|below)|"
    r"(?:here|below) (?:is|are) (?:a|an|the|some|our|\d+|five|three|ten|seven))",
    re.IGNORECASE,
)
# A tag or a type is not told; "<5 minutes" and "a < b" are.
_CODE = re.compile(r"<(?![\s=]|[-−+~]?[$€£¥₹]?\.?\d)|(?<![\s=-])>(?!=|[-−+~]?[$€£¥₹]?\.?\d)")
# With a name as only code has, or used as code is, it is an element: "a[1]", "row_sums[2]", "f(x)[1]", "list[1] = 5".
_CITATION = re.compile(
    r"(?P<element>(?<![\w.’'])(?:[a-z]|\w*_\w+|\w+\(\w*\))(?:\[[^\[\]\s]{1,20}\])+)|"
    r"(?i:\s?\[(?:[1-9]\d*(?:[,–-]\s?\d+)*|note \d+|citation needed|edit)\]|(?<=\S)\[[a-h]\])"
    r"(?!\s?[=+*/]|\.[a-z]\w*\b)"
)
# Inside a paragraph these go on with what the sentence before began: "When a ship has sailed in, the gates close."
_CONTINUES = re.compile(r"^(?:when|once|as|until|while) (?:an?|the|it|they|new|all)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UsableSentence:
    """A sentence that can be told.

    Attributes:
        text: As captions show it: the original without markup and citation marks, ending in punctuation.
        original: Exactly as it stands in the document.
        paragraph, position: Where: index of the paragraph, and of the sentence within it.
        words, spoken_words: Display words, and words as they are said.
        leans: Whether it needs the sentence before it to be understood.
        commands: Whether it tells the reader to do something ("Water the plant").
        joins: Whether the sentence directly before it in the document can be told, too.
        has_verb: Whether a finite verb is seen by its form; only a tree tells of "Kestrel files for bankruptcy".
        asked: The question right before it, or the answer to the head, that is too short to be told alone, as it
            stands: "Why?", "No."; "" for none.
        below: How many sentences stand before it in its paragraph where none of them can be told: the paragraph's head,
            and what has no verb.
    """

    text: str
    original: str
    paragraph: int
    position: int
    words: int
    spoken_words: int
    leans: bool
    commands: bool = False
    joins: bool = False
    has_verb: bool = True
    asked: str = ""
    below: int = 0

    @property
    def is_first(self) -> bool:
        """Whether no sentence that can be told stands before it in its paragraph."""
        return self.position == self.below + bool(self.asked)

    def follows(self, other: UsableSentence) -> bool:
        """Whether it comes directly after `other` in the same paragraph, but for a short question."""
        return self.paragraph == other.paragraph and self.position == other.position + 1 + bool(self.asked)


def usable_sentences(document: Document, language: str = "en") -> list[UsableSentence]:
    """Every sentence of the document that can be told, in order, each once."""
    found: list[UsableSentence] = []
    seen: set[str] = set()
    joins = False
    for index, paragraph in enumerate(document.paragraphs):
        if _is_furniture(paragraph) or _is_value(document, index):
            continue
        asked, mark = "", document.marks[index] if document.marks else Mark()
        for position, original in enumerate(split_paragraph(paragraph, language)):
            text = _clean(_DATELINE.sub("", original) if not found else original)
            key = re.sub(r"\W+", " ", text.lower())
            if key in seen or not _can_be_told(text, language):
                short = _is_short_question(text, language) or (position == 0 and _answers_head(text, mark))
                asked = text if short else ""
                joins = joins and asked != ""
                continue
            seen.add(key)
            spoken = sum(len(token.spoken) for s in spoken_sentences(text, language=language) for token in s.tokens)
            if spoken:
                words = split_words(text)
                english = primary_tag(language) == "en"
                tags = tag_words(words) if english else ("",) * len(words)
                leans = english and (leans_on_previous(text) or (position > 0 and bool(_CONTINUES.match(text))))
                found.append(
                    UsableSentence(
                        text,
                        original,
                        index,
                        position,
                        len(words),
                        spoken,
                        leans,
                        commands=tags[0] in {"VVB", "VVI", "VDB"},
                        joins=joins,
                        has_verb=not english or _has_verb(words),
                        asked=asked,
                    )
                )
            joins, asked = bool(spoken), ""
    return found


def unusable_sentences(document: Document, told: Collection[str], language: str = "en") -> list[str]:
    """Whole sentences of the document, as they stand in it, that are not among those told."""
    found = []
    for paragraph in document.paragraphs:
        if not _is_furniture(paragraph):
            found += [
                s
                for s in split_paragraph(paragraph, language)
                if s not in told and s[-1] in _ENDS and any(c.isalpha() for c in s) and not _BOILERPLATE.search(s)
            ]
    return found


def split_paragraph(paragraph: str, language: str) -> list[str]:
    """The sentences of a paragraph; a period between blanks ends none before small letters: "Run git add . now"."""
    whole: list[str] = []
    for sentence in split_sentences(clean_text(paragraph), language):
        if whole and whole[-1].endswith(" .") and sentence[0].islower():
            whole[-1] = f"{whole[-1]} {sentence}"
        else:
            whole.append(sentence)
    return whole


def _letters(text: str) -> list[str]:
    """Letters with the marks that some scripts write as characters of their own: "की" has two.

    Among Chinese characters and kana, which are few to a word, digits count, too.
    """
    dense = bool(_DENSE.search(text))
    return [c for c in text if unicodedata.category(c)[0] in "LM" or (dense and c.isdecimal())]


def _is_furniture(paragraph: str) -> bool:
    """Tables, code, e-mail lines, captions, link lists, shouted headings."""
    text = paragraph.strip()
    letters = _letters(text)
    if not letters or len(letters) < 0.55 * len(text.replace(" ", "")):
        return True
    lines = text.split("\n")
    tabular = sum("|" in line or "\t" in line for line in lines) >= max(1, len(lines) // 2)
    shouted = len(letters) > 12 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    code = bool(re.search(r"[{};]\s*$|^\s*(?:def|import|return|\$|const|var)\s", text)) and "." not in text[-2:]
    return tabular or shouted or code or bool(_CAPTION.match(text)) or bool(_MAIL.search(text))


def _is_value(document: Document, index: int) -> bool:
    """Whether a paragraph is a row of a table or an amount in a list: "200 g flour." is no sentence."""
    mark = document.marks[index] if document.marks else Mark()
    is_amount = mark.kind == "item" and document.paragraphs[index][0].isnumeric()
    return mark.kind == "row" or (is_amount and len(split_words(document.paragraphs[index])) <= _MOST_AMOUNT_WORDS)


def _clean(original: str) -> str:
    text = _CITATION.sub(lambda found: found["element"] or "", original)
    text = re.sub(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+", "", text)
    text = re.sub(r"^#+\s*", "", text)
    text = " ".join(text.split())
    quotes = text.count("“") + text.count("”") + text.count('"')
    if quotes % 2 and text[:1] in '“"':
        text = text[1:]
    elif quotes % 2 and text[-1:] in '”"':
        text = text[:-1]
    return text


def _can_be_told(text: str, language: str) -> bool:  # noqa: PLR0911 - one return for each reason
    words = split_words(text)
    unspaced = primary_tag(language) in _UNSPACED
    fewest = _MIN_COMMAND_WORDS if _commands(words, language) else _MIN_WORDS
    if not unspaced and not fewest <= len(words) <= _MAX_WORDS:
        return False
    if (
        _BYLINE.match(text)
        or _BOILERPLATE.search(text)
        or _CAPTION.match(text)
        or _MAIL.search(text)
        or _POINTER.search(text)
    ):
        return False
    if (
        text.endswith((":", ",", " ."))
        or re.search(r"https?://|www\.|@\w+\.\w|[{}|\\]|\$\s*\\", text)
        or _CODE.search(text)
    ):
        return False
    letters = _letters(text)
    if len(letters) < 0.6 * len(text.replace(" ", "")) or sum(c.isupper() for c in letters) > 0.5 * len(letters):
        return False
    if text.count("(") != text.count(")") or text.count(",") > 8 or text.count(";") > 2 or len(text) > 400:
        return False
    if text[-1] not in _ENDS or text[0] in "([":
        return False
    return primary_tag(language) != "en" or len(words) >= _MIN_VERBLESS_WORDS or _has_verb(words)


def _is_short_question(text: str, language: str) -> bool:
    """ "Why?", "What happened?": nothing alone, and with it begins what answers it."""
    words = split_words(text)
    return text.endswith("?") and len(words) < _MIN_VERBLESS_WORDS and _can_be_told(f"This is it: {text}", language)


def _answers_head(text: str, mark: Mark) -> bool:
    """ "Doors." right under "So what does go wrong?": nothing alone, and told with the question and what follows."""
    whole = text[-1] in ".!" and text[0].isalnum() and len(split_words(text)) < _MIN_VERBLESS_WORDS
    return whole and mark.opens and mark.head.rstrip('"”’»').endswith("?")


def _commands(words: tuple[str, ...], language: str) -> bool:
    """Whether a short English sentence tells to do something."""
    short = _MIN_COMMAND_WORDS <= len(words) < _MIN_WORDS and primary_tag(language) == "en"
    return short and tag_words(words)[0] in {"VVB", "VVI", "VDB"}


def is_fragment(text: str) -> bool:
    """Whether an English text has no verb that is seen by its form: "Flat as a plate."."""
    return not _has_verb(split_words(text))


def _has_verb(words: tuple[str, ...]) -> bool:
    return any(part in FINITE or part == "VVI" for tag in tag_words(words) for part in tag.split("+"))
