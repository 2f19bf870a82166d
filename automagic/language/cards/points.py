"""What a card shows while a sentence is heard: its point, in the layout that fits what it says.

"About 70% of adults drink coffee."        ──▶ number       70 %, of adults drink coffee
"Solar is now cheaper than coal."          ──▶ comparison   Solar | coal
"It needs light, water, and patience."     ──▶ list         light, water, patience
"“Nobody asked us,” said Ana Ruiz."        ──▶ quote        Nobody asked us. Ana Ruiz
everything else                            ──▶ statement
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from automagic.language.cards.chunks import Chunk, chunks_of, segments_of, tokens_of
from automagic.language.cards.figure_pairs import drawn_together, find_move, is_range, moves
from automagic.language.cards.figure_readers import FigureSpan
from automagic.language.cards.figures import find_figures
from automagic.language.cards.headline import MAX_WORDS, Headline, headline_of
from automagic.language.text.keywords import content_words, stopwords_of
from automagic.language.text.lexicon import (
    ARTICLES,
    COORDINATORS,
    NEGATIONS,
    POSSESSIVES,
    STOPWORDS,
    SUBORDINATORS,
    bare,
)
from automagic.language.text.phrases import function_words
from automagic.language.text.sentences import primary_tag, split_sentences, split_words
from automagic.language.text.signs import join_signs, peel
from automagic.language.text.tokens import Token
from automagic.values.script import Card

Role = Literal["opening", "body", "closing"]
_MAX_TITLE_WORDS = 12
# A scene is far shorter; what is longer is no sentence, and is looked at from its beginning only.
_MAX_READ, _MAX_SENTENCE_WORDS = 4000, 80
_MAX_QUOTE_WORDS = 12
_MAX_ITEM_WORDS = 4
_MAX_PREDICATE_WORDS = 7
_MAX_SIDE_WORDS = 5
_FAIR = 2
_TIMED = frozenset({"times", "percent", "seconds", "minutes", "hours", "days", "weeks", "months", "years", "degrees"})
_QUOTED = re.compile(r"[“\"]([^”\"]+)[”\"]")
_NAME = r"((?:[A-Z][\w.’'-]+|de|van|von|of|the)(?:\s+(?:[A-Z][\w.’'-]+|de|van|von|of|the)){0,4})"
_SPEAKER = (
    re.compile(rf"\b(?:said|says|told|wrote|explained|added|according to|notes|noted|argues|asked|warned)\s+{_NAME}"),
    re.compile(rf"{_NAME},?\s+(?:said|says|told|wrote|explained|added|noted|argues|asked|warned)\b"),
)


def card_for(text: str, *, role: Role, title: str, language: str = "en") -> Card:
    """The card for one scene's `text`.

    Args:
        text: One sentence, or a few short ones; the one with the strongest point is shown.
        role: The "opening" shows the title, the "closing" its takeaway.
        title: The script's title.
        language: Compression and layouts are for English; other languages get their first phrase as a statement.

    Returns:
        A card with words of the text (the opening: of the title) only, in their order; `icon` is empty.
    """
    sentence = " ".join(split_words(strongest(text[:_MAX_READ], language))[:_MAX_SENTENCE_WORDS])
    point = headline_of(sentence, language)
    if role == "opening":
        return _opening(point, title)
    if role == "closing":
        return with_accent(Card("closing", point.text, detail=point.detail), language)
    if primary_tag(language) == "en":
        card = _quote(sentence) or _enumeration(sentence) or _figures(sentence, point) or _comparison(sentence, point)
        if card is not None:
            return with_accent(card, language)
    return with_accent(Card("statement", point.text, detail=point.detail), language)


def strongest(text: str, language: str) -> str:
    """The sentence with a strong figure or a quotation, else the longest."""
    sentences = split_sentences(text, language) or (text,)

    def strength(sentence: str) -> tuple[int, int]:
        figures = find_figures(sentence, language) if primary_tag(language) == "en" else []
        return max((found.strength for found in figures), default=0), len(sentence)

    return max(sentences, key=strength) if len(sentences) > 1 else sentences[0]


def _opening(point: Headline, title: str) -> Card:
    name = " ".join(title.split())
    if not name:
        return with_accent(Card("title", point.text), "en")
    if len(split_words(name)) > _MAX_TITLE_WORDS:
        name = headline_of(name, most=_MAX_TITLE_WORDS - 2).text
    said = set(content_words(name))
    fresh = not said or len(said & set(content_words(point.text))) / len(said) < 0.6
    return with_accent(Card("title", name, detail=point.text if fresh else ""), "en")


def _quote(sentence: str) -> Card | None:
    """A quotation of three words or more; one too long for a card is shown by its first clause, unchanged."""
    quoted = max(_QUOTED.findall(sentence), key=len, default="")
    words = split_words(quoted)
    if len(words) < 3 or len(words) < 0.3 * len(split_words(sentence)):
        return None
    text = quoted.strip().rstrip(",;")
    if len(words) > _MAX_QUOTE_WORDS:
        first = re.split(r"(?<=[,;:.!?—])\s", text)[0].rstrip(",;:—")
        if not 3 <= len(split_words(first)) <= _MAX_QUOTE_WORDS:
            return None
        text = first
    rest = _QUOTED.sub(" ", sentence)
    speaker = next((m[1] for pattern in _SPEAKER if (m := pattern.search(rest))), "")
    speaker = re.sub(r"^(?:the|The) (?=[A-Z])|\s+(?:of|the|de|van|von)$", "", speaker)
    return Card("quote", text, speaker="" if bare(speaker) in STOPWORDS else speaker.rstrip("."))


def _figures(sentence: str, point: Headline) -> Card | None:
    every = find_figures(sentence)
    found = [hit for hit in every if hit.strength > 1]
    pair = _pair(found)
    if pair or (moves(sentence) and not any(is_range(hit) for hit in every)):
        moved = None if pair else find_move(every, tokens_of(sentence))
        return _compare(sentence, point, pair) if pair else _change(moved, sentence, point)
    strong = [hit for hit in found if hit.strength > _FAIR or hit.figure.share is not None or hit.figure.unit]
    if not strong:
        return None
    hit = max(strong, key=lambda one: (one.strength, -one.start))
    torn = re.match(r"\d{3}\b", hit.figure.label)  # "R$ 10 000 million, R$ 5 million": the end of another number
    if torn or (hit.strength <= _FAIR and hit.kind not in _TIMED | {"share"}):
        return None
    kicker = hit.qualifier[:1].upper() + hit.qualifier[1:]
    own = headline_of(sentence, about=hit.about)
    # The label says what is counted; without one the whole point does, and then nothing is said twice.
    label = hit.figure.label
    told = len(split_words(label)) >= 2 or (hit.kind == "share" and label != "")
    if told and 0 <= sentence.casefold().find(label.casefold()) < sentence.find(hit.said):
        # Words that lead to the figure are read before it: "The tower weighs", then "10,100 tonnes".
        figure = replace(hit.figure, label="")
        return Card("number", label[:1].upper() + label[1:], detail=own.detail, figures=(figure,), kicker=kicker)
    # The whole point names the figure; a single word of it below would say nothing.
    figure = hit.figure if told else replace(hit.figure, label="")
    return Card("number", "" if told else own.text, detail=own.detail, figures=(figure,), kicker=kicker)


def _compare(sentence: str, point: Headline, pair: tuple[FigureSpan, FigureSpan]) -> Card:
    """Two figures with words of their own, side by side."""
    between = re.search(
        rf"\bfrom\b.{{0,12}}{re.escape(pair[0].figure.value)}\b.{{0,40}}\bto\b.{{0,12}}{re.escape(pair[1].figure.value)}\b",
        sentence,
    )
    if between and not pair[1].figure.label.startswith(("in 1", "in 2", "by 2")):
        one, other = (replace(hit.figure, label=label) for hit, label in zip(pair, ("from", "to"), strict=True))
        return Card("comparison", pair[0].figure.label, detail=point.detail, figures=(one, other))
    return Card("comparison", _lead(sentence, pair[0]), figures=tuple(hit.figure for hit in pair))


def _change(moved: tuple[FigureSpan, FigureSpan] | None, sentence: str, point: Headline) -> Card | None:
    """ "fell from 21 °C to 19 °C": both values, and never one number alone."""
    if moved is None:
        return None
    one, other = (replace(hit.figure, label=word) for hit, word in zip(moved, ("from", "to"), strict=True))
    headline = moved[0].figure.label or _lead(sentence, moved[0])
    return Card("comparison", headline, detail=point.detail, figures=(one, other))


def _lead(sentence: str, first: FigureSpan) -> str:
    """What stands before two figures, when their own labels do not say it: "Bake", "Sales rose"."""
    lead = tokens_of(sentence)[: first.start]
    while lead and (lead[-1].is_a("PRP", "AV0", "AT0", "DT0") or bare(lead[-1].text) in STOPWORDS):
        lead.pop()
    while lead and lead[0].is_a("CJ", "AV0"):
        lead = lead[1:]
    text = " ".join(token.text for token in lead)
    new = text and text.lower() != first.figure.label.lower() and not any(token.stop for token in lead)
    return text[0].upper() + text[1:] if new and len(lead) <= MAX_WORDS else ""


def _pair(found: list[FigureSpan]) -> tuple[FigureSpan, FigureSpan] | None:
    """Two quantities of one kind, which can be drawn against each other."""
    for i, one in enumerate(found):
        for other in found[i + 1 :]:
            same = one.kind == other.kind and one.kind and one.figure.magnitude != other.figure.magnitude
            if same and one.figure.label and other.figure.label:
                return drawn_together(one, other)
    return None


def _enumeration(sentence: str) -> Card | None:
    """ "... a lamp, a battery, and two cables": three or four short items in a row."""
    tokens = tokens_of(sentence)
    segments = segments_of(tokens)
    if len(segments) < 2 or sentence.rstrip().endswith("?"):
        return None
    if tokens[0].is_a("CJS") or tokens[0].low in SUBORDINATORS:  # the items of a condition are not the point
        return None
    for start in range(len(segments)):
        run = _items_from(segments, start)
        if run is None:
            continue
        items, lead, rest = run
        spoken = lead if len(lead) >= 2 else rest
        words = [t for t in spoken if t.low not in {"such", "like", "including"}]
        if rest and rest[0].is_a("CJT", "DTQ", "PNQ"):
            continue  # what follows belongs to the last one only
        if rest and rest[0].is_finite and any(t.is_finite for t in lead):
            continue  # "It slid into the cut, fever and malaria ▸ killed many": the last two begin a clause
        while spoken is lead and len(words) > 2 and words[-1].is_a("AT0"):
            words.pop()
        while len(words) > 2 and words[0].is_a("CJC"):
            words = words[1:]
        text = " ".join(t.text for t in words)
        if not 2 <= len(words) <= MAX_WORDS + 1 or bare(words[-1].text) in ARTICLES | COORDINATORS:
            text = headline_of(text).text if len(words) > MAX_WORDS + 1 else ""
        if text:
            detail = " ".join(t.text for t in rest) if spoken is lead and len(rest) <= 5 else ""
            return Card(
                "list", text[0].upper() + text[1:], detail=detail, items=tuple(_item_text(item) for item in items)
            )
    return None


def _items_from(segments: list[list[Token]], start: int) -> tuple[list[list[Token]], list[Token], list[Token]] | None:
    """(items, what leads to them, what follows them) of the list that begins in segment `start`, if one does."""
    items: list[list[Token]] = []
    rest: list[Token] = []
    lead: list[Token] = [t for segment in segments[:start] for t in segment]
    for index in range(start, len(segments)):
        segment = segments[index]
        part = segment[1:] if items and segment[0].is_a("CJC") else segment
        if not items:
            head, part = _cut_lead(part)
            lead += head
        joint = next((i for i, t in enumerate(part) if i and t.low in {"and", "or"} and not part[i - 1].binds), None)
        closes = segment[0].is_a("CJC") and bool(items)
        if joint is not None and not closes and items:
            last, rest = _cut_tail(part[joint + 1 :])
            items += [part[:joint], last]
            closes = True
        elif closes:
            last, rest = _cut_tail(part)
            items.append(last)
        else:
            items.append(part)
        if closes:
            rest = rest + [t for later in segments[index + 1 :] for t in later]
            break
        if segment[-1].stop != ",":
            return None
    else:
        return None
    counted = all(any(t.is_a("CRD") for t in item) for item in items)  # "2 hours, 58 minutes and 50 seconds"
    good = 3 <= len(items) <= 4 and all(_is_item(item) for item in items) and not counted
    return (items, lead, rest) if good else None


def _cut_lead(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """The first item stands after the last verb, preposition or colon of its segment."""
    cut = 0
    for index, token in enumerate(tokens):
        if (token.is_finite or token.is_a("VV", "VB", "PRP", "TO0") or token.stop == ":") and not token.binds:
            cut = index + 1
    return tokens[:cut], tokens[cut:]


def _cut_tail(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """The last item ends before the verb or preposition after it."""
    for index, token in enumerate(tokens):
        complement = token.is_a("TO0") and tokens[index - 1].is_a("AJ")  # "hard to guess"
        adverb = token.is_a("AV0", "AVQ") and tokens[index - 1].is_a("N")
        if (
            index
            and not complement
            and (adverb or token.is_finite or token.is_a("PRP", "CJS", "CJT", "DTQ", "PNQ", "TO0"))
        ):
            return tokens[:index], tokens[index:]
    return tokens, []


def _is_item(tokens: list[Token]) -> bool:
    fits = 1 <= len(tokens) <= _MAX_ITEM_WORDS and not any(t.is_finite for t in tokens)
    return (
        fits and any(t.is_a("N", "AJ", "VVG", "UNC", "ZZ0") for t in tokens) and not tokens[0].is_a("PNP", "PRP", "AV0")
    )


def _item_text(tokens: list[Token]) -> str:
    counted = len(tokens) > 1 and tokens[1].low in {"lot", "few", "little", "bit", "couple", "number"}
    words = tokens[1:] if tokens[0].low in ARTICLES and len(tokens) > 1 and not counted else tokens
    return " ".join(token.text for token in words)


def _comparison(sentence: str, point: Headline) -> Card | None:
    """Two things set against each other: "versus", "than", "instead of", or two clauses with subjects of their own."""
    tokens = tokens_of(sentence)
    segments = segments_of(tokens)
    if len(segments) > 1 and segments[0][0].low == "unlike":
        pair_ = (_subject(segments[1]), _thing(segments[0][1:]))
        if all(pair_):
            return Card("comparison", point.text, sides=pair_)
    chunks = chunks_of(tokens)
    nouns = [chunk for chunk in chunks if chunk.kind == "N" and not chunk.tokens[0].is_a("PNP", "EX0")]
    for index, chunk in enumerate(chunks):
        link = chunk.tokens[0].low
        pair = " ".join(t.low for t in chunk.tokens[:2])
        if link == "than" and chunks[index - 1].tokens[-1].low in {"rather", "other"}:
            continue  # no more or less of anything
        if link == "than" and len(chunk.tokens) > 1 and chunk.tokens[1].is_a("CRD"):
            continue  # "less than one gram" is a limit
        if index and (link in {"versus", "vs", "than"} or pair == "instead of" or link == "unlike"):
            other = _thing(chunk.tokens[1:])
            verb = next((i for i, c in enumerate(chunks[:index]) if c.kind == "V"), None)
            before = chunks[: index if verb is None else verb]
            subject = _thing([t for c in before for t in c.tokens]) if nouns and nouns[0] in before else ""
            if subject and other and subject.lower() != other.lower() and _ends_in_noun(chunk.tokens[1:]):
                said = _predicate(chunks[verb:index]) if verb is not None and link == "than" else ""
                return Card("comparison", said or point.text, detail=point.detail, sides=(subject, other))
    clauses = [s for s in segments_of(tokens) if any(t.is_finite for t in s)]
    if len(clauses) == 2 and (
        clauses[1][0].low in {"but", "while", "whereas"} or clauses[0][0].low in {"while", "whereas"}
    ):
        sides = tuple(_subject(clause) for clause in clauses)
        if all(sides) and sides[0].lower() != sides[1].lower() and _are_parallel(clauses):
            return Card("comparison", point.text, detail="", sides=sides)
    return None


def _predicate(chunks: list[Chunk]) -> str:
    """What the first side does more or less of: "is now cheaper" → "Now cheaper", "needs no more water"."""
    last = max((i for i, chunk in enumerate(chunks) if chunk.kind != "P"), default=-1)
    words = [t for c in chunks[: last + 1] for t in c.tokens]
    while words and words[0].is_a("VB"):
        words = words[1:]
    text = " ".join(t.text for t in words)
    return text[:1].upper() + text[1:] if len(words) <= _MAX_PREDICATE_WORDS else ""


def _ends_in_noun(tokens: Sequence[Token]) -> bool:
    """ "than coal", "than a rowing boat does": the second side is a thing, not a clause of its own."""
    verb = next((i for i, t in enumerate(tokens) if t.is_finite), None)
    return verb is None or (verb == len(tokens) - 1 and tokens[verb].is_a("VB", "VD"))


def _are_parallel(clauses: list[list[Token]]) -> bool:
    """Whether the two clauses say the same kind of thing of their subjects: "while", or the same verb."""
    if any(clause[0].low in {"while", "whereas"} for clause in clauses):
        return True
    verbs = [next(token for token in clause if token.is_finite) for clause in clauses]
    return verbs[0].low == verbs[1].low or all(verb.is_a("VB") for verb in verbs)


def _subject(clause: list[Token]) -> str:
    tokens = clause[1:] if clause[0].is_a("CJ") else clause
    first = chunks_of(tokens)[0] if tokens else None
    return _thing(first.tokens) if first is not None and first.kind == "N" else ""


def _thing(tokens: tuple[Token, ...] | list[Token]) -> str:
    """A noun phrase of up to five words without its article; empty when it is none or only points ("it", "this")."""
    words = []
    for token in tokens:
        if token.is_finite or token.is_a("PRP", "CJ", "PRF", "TO0", "PNP"):
            break
        words.append(token)
        if token.stop:
            break
    while words and words[0].low in ARTICLES | POSSESSIVES | {"of", "just", "only", "more", "fewer", "less"}:
        words = words[1:]
    named = any(token.is_a("N", "UNC") for token in words) and words[-1].is_a("N", "UNC", "VVG")
    return " ".join(token.text for token in words) if 1 <= len(words) <= _MAX_SIDE_WORDS and named else ""


def with_accent(card: Card, language: str) -> Card:
    """With the most telling one or two words of its headline: a number with its unit, else the end of the thought."""
    words = [peel(word)[1] for word in join_signs(split_words(card.headline), language)]
    if not any(words):
        return card
    if card.layout == "list" and len(words) < 4:
        return card
    stops = stopwords_of(language) | function_words(language)
    for index, word in enumerate(words):
        if any(c.isnumeric() for c in word) and not re.fullmatch(r"(?:1\d|20|21)\d\d", word):
            pair = f"{word} {words[index + 1]}" if index + 1 < len(words) and words[index + 1].isalpha() else word
            telling = bare(words[index + 1]) not in stops if pair != word else False
            return replace(card, accent=pair if telling and pair in card.headline else word)
    content = [i for i, word in enumerate(words) if bare(word) not in stops and any(c.isalpha() for c in word)]
    if not content:
        content = [max(range(len(words)), key=lambda i: (len(words[i]), i))]
    last = content[-1]
    denial = next((i for i, word in enumerate(words) if bare(word) in NEGATIONS and i + 1 == last), None)
    start = denial if denial is not None else (last - 1 if last - 1 in content and len(words) > 3 else last)
    both = " ".join(words[start : last + 1])
    return replace(card, accent=both if both in card.headline else words[last])
