"""The livelier layouts of what a sentence says, read off its tree; each is a form of the sentence, only set otherwise.

"The bridge cost $24.9 billion to build."   ──▶ number       The bridge cost · $24.9 billion · to build
"Solar is now cheaper than coal."           ──▶ comparison   Now cheaper: Solar | coal
"It needs light, water, and patience."      ──▶ list         It needs: light, water, patience
"“Nobody asked us,” said Ana Ruiz."         ──▶ quote        Nobody asked us. Ana Ruiz
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from automagic.language.cards.figure_readers import DURATIONS, FAIR
from automagic.language.cards.figures import FoundFigure, find_figures
from automagic.language.cards.lines import Kept, Statement, text_of, whole_words
from automagic.language.cards.truth import QUOTED, speaker_of
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence
from automagic.language.text.lexicon import ARTICLES, POSSESSIVES, counts
from automagic.values.script import Card

_FEWEST_QUOTED, _MOST_QUOTED, _LEAST_QUOTED_SHARE = 3, 14, 0.3
_MOST_LEAD, _MOST_LABEL, _MOST_SIDE, _MOST_ITEM = 7, 9, 5, 4
_ITEMS = range(3, 5)
_MEASURED = frozenset({*DURATIONS, "times", "percent", "degrees", "share"})
_ASIDE = frozenset({"advcl", "relcl", "acl", "ccomp", "csubj", "csubjpass", "pcomp", "appos"})
_BEFORE_NOUN = frozenset({"compound", "nmod", "amod", "nummod", "quantmod", "poss", "det"})
_GOES_ON = re.compile(r"(?:or|than|but|–)\b", re.IGNORECASE)
_JOINS = re.compile(r"(?:and|to)\s\S", re.IGNORECASE)


def quote(sentence: ParsedSentence, point: str) -> Card | None:
    """A whole quotation of three to fourteen words that is most of what is heard."""
    found = QUOTED.findall(point)
    words = found[0].split() if len(found) == 1 else []
    if not _FEWEST_QUOTED <= len(words) <= _MOST_QUOTED or len(words) < _LEAST_QUOTED_SHARE * len(point.split()):
        return None
    speaker = speaker_of(sentence)
    return Card("quote", found[0].strip().rstrip(",;"), speaker=speaker[:1].upper() + speaker[1:])


def telling_figures(sentence: ParsedSentence) -> list[FoundFigure]:
    """Those outside brackets that deserve a picture, the strongest first."""
    worth = [
        hit
        for hit in find_figures(sentence)
        if hit.strength > FAIR or (hit.strength == FAIR and (hit.kind in _MEASURED or hit.figure.share is not None))
    ]
    open_ = [hit for hit in worth if sentence.text[: hit.start].count("(") == sentence.text[: hit.start].count(")")]
    return sorted(open_, key=lambda hit: (-hit.strength, hit.start))


def number(sentence: ParsedSentence, form: Statement, hit: FoundFigure) -> Card | None:
    """A statement parted at its figure: what leads to it, the figure, and what follows; None where it is beside the
    point, or belongs to a word behind it."""
    parts = _parted(sentence, form, hit)
    if parts is None or not _is_of_main_clause(sentence, form.kept, hit) or _describes(sentence, form.kept, hit):
        return None
    lead, rest = parts
    limited = re.search(rf"(?:\A|\s){re.escape(hit.qualifier)}\Z", lead, re.IGNORECASE) if hit.qualifier else None
    kicker = hit.qualifier[:1].upper() + hit.qualifier[1:] if limited else ""
    lead = lead[: limited.start()].rstrip(" ,:;") if limited else lead
    if len(lead.split()) > _MOST_LEAD or len(rest.split()) > _MOST_LABEL or not (lead or rest):
        return None
    if _is_open(lead.lower().split()) or _GOES_ON.match(rest) or (_JOINS.match(rest) and counts(rest.split()[1])):
        return None
    if len(lead.split()) == 1 and not kicker:
        lead, kicker = "", lead  # "For", which says nothing in large letters
    figure = replace(hit.figure, label=rest)
    return Card("number", lead, detail=form.detail, figures=(figure,), kicker=kicker)


def _is_open(lead: Sequence[str]) -> bool:
    """Whether what stands before a figure is a half of it: "from ▸ 5", "between 3 and ▸ 5"."""
    if not lead:
        return False
    return lead[-1] in {"from", "than", "but", "–", "-"} or (
        lead[-1] in {"and", "or", "to", "by"} and counts(" ".join(lead[-2:-1]))
    )


def _parted(sentence: ParsedSentence, form: Statement, hit: FoundFigure) -> tuple[str, str] | None:
    """What stands before and behind the figure in the form; None when it is not there, or more than once."""
    said = " ".join(sentence.text[hit.start : hit.end].split())
    places = [m for m in re.finditer(re.escape(said), form.text, re.IGNORECASE) if _is_apart(form.text, *m.span())]
    if not hit.words or not set(hit.words) <= form.kept or len(places) != 1:
        return None
    return form.text[: places[0].start()].rstrip(" ,:;"), form.text[places[0].end() :].lstrip(" ,;:").rstrip(",;: ")


def _is_apart(text: str, start: int, end: int) -> bool:
    return not re.search(r"[\w.,-]\Z", text[:start]) and not re.match(r"\w|[.,-]\w|–", text[end:])


def _is_of_main_clause(sentence: ParsedSentence, kept: Kept, hit: FoundFigure) -> bool:
    """Whether the figure stands in what the form says, not in a clause of it that only supposes or describes."""
    index = hit.words[-1]
    for _ in sentence.words:
        head = sentence.words[index].head
        if head == index or head not in kept:
            return True
        if sentence.words[index].role in _ASIDE:
            return False
        index = head
    return True


def _describes(sentence: ParsedSentence, kept: Kept, hit: FoundFigure) -> bool:
    """Whether the figure says of what kind the word behind it is: "the 1 percent ▸ flood"."""
    last = sentence.words[hit.words[-1]]
    return hit.kind != "share" and last.role in _BEFORE_NOUN and last.head > hit.words[-1] and last.head in kept


def change(sentence: ParsedSentence, form: Statement, figures: Sequence[FoundFigure]) -> Card | None:
    """ "fell from 21 °C to 19 °C": both values of one kind, side by side."""
    for one, other in itertools.pairwise(figures):
        first, second = _parted(sentence, form, one), _parted(sentence, form, other)
        if first is None or second is None or one.kind != other.kind or one.figure == other.figure:
            continue
        lead = re.fullmatch(r"(.*?)\W*\bfrom", first[0], re.IGNORECASE)
        between = re.match(r"(?:(\S+ \S+),? )?to\Z", sentence.text[one.end : other.start].strip(" ,"))
        measured = one.figure.unit or one.figure.prefix
        if lead and between and measured and len(lead[1].split()) <= _MOST_LEAD:
            labels = (between[1], second[1]) if between[1] and second[1] else ("from", "to")
            detail = "" if between[1] and second[1] else second[1]
            pair = tuple(
                replace(hit.figure, label=label, share=None) for hit, label in zip((one, other), labels, strict=True)
            )
            return Card("comparison", lead[1], detail=detail[:1].upper() + detail[1:], figures=pair)
    return None


def comparison(sentence: ParsedSentence, form: Statement) -> Card | None:
    """Two things of which one has more of something: "is cheaper than", "unlike"."""
    root = next((i for i in sorted(form.kept) if sentence.words[i].head not in form.kept or sentence.root == i), None)
    subject = sentence.child(root, *SUBJECTS) if root is not None else None
    if root is None or subject is None or subject > root:
        return None
    side = _side(sentence, _below(sentence, subject))
    for index in sorted(form.kept):
        low, head = sentence.low(index), sentence.words[index].head
        other = _side(sentence, _below(sentence, index) - {index})
        if not side or not other or side.lower() == other.lower() or not _below(sentence, index) <= form.kept:
            continue
        if low == "than" and sentence.words[head].tag in {"JJR", "RBR"} and head > root - 1:
            said = [i for i in sorted(form.kept) if root <= i < index and i not in _below(sentence, subject)]
            said = said[1:] if sentence.words[root].lemma == "be" else said
            said += [i for i in form.kept if i > max(_below(sentence, index))]
        elif low == "unlike" and head == root:
            said = [i for i in sorted(form.kept) if i >= root]
        else:
            continue
        headline = text_of(sentence, frozenset(said))
        if 0 < len(headline.split()) <= _MOST_LEAD:
            return Card("comparison", headline, detail=form.detail, sides=(side, other))
    return None


def _below(sentence: ParsedSentence, index: int) -> Kept:
    return frozenset(
        i
        for i in range(len(sentence.words))
        if (i == index or index in sentence.ancestors(i)) and not sentence.is_punctuation(i)
    )


def _side(sentence: ParsedSentence, inside: Kept) -> str:
    """A thing in up to five words without its article; "" for what only points, counts or is a clause."""
    order = sorted(inside)
    while order and sentence.low(order[0]) in ARTICLES | POSSESSIVES:
        order.pop(0)
    named = any(sentence.words[i].part in {"NOUN", "PROPN"} for i in order)
    clause = any(sentence.words[i].part in {"VERB", "AUX", "NUM", "PRON"} for i in order)
    if not named or clause or len(order) > _MOST_SIDE or sentence.words[order[-1]].part not in {"NOUN", "PROPN"}:
        return ""
    spans = whole_words(sentence, order)
    return sentence.text[spans[0][0] : spans[-1][1]] if spans else ""


def enumeration(sentence: ParsedSentence, form: Statement) -> Card | None:
    """ "... a lamp, a battery, and two cables": three or four short items in a row, and what is said of them."""
    announced = _announced(sentence, form)
    if announced is not None:
        return announced
    for row in _rows(sentence, form.kept):
        items = [_item(sentence, index, row) for index in row]
        if not all(items) or not _is_of_form(sentence, form.kept, row[0]):
            continue
        inside = [i for index in row for i in _below(sentence, index)]
        first, last = min(inside), max(inside)
        lead = text_of(sentence, frozenset(i for i in form.kept if i < first))
        rest = text_of(sentence, frozenset(i for i in form.kept if i > last))
        headline = lead or rest
        behind = min((i for i in form.kept if i > last), default=None)
        if not lead and behind is not None and sentence.words[behind].part in {"VERB", "AUX"}:
            continue  # "Apples and coffee are among them": a verb without its subject is no headline
        if 2 <= len(headline.split()) <= _MOST_LEAD + 1 and not (lead and rest):
            return Card("list", headline, detail=form.detail, items=tuple(items))
    return None


def _announced(sentence: ParsedSentence, form: Statement) -> Card | None:
    """ "It has three parts: a climb, a lake and a descent": a row behind a colon that ends what is said."""
    lead, colon, row = form.text.partition(": ")
    items = [item for item in re.split(r",\s+(?:and\s+)?|\s+and\s+", row) if item]
    if not colon or form.detail or len(items) not in _ITEMS or not 2 <= len(lead.split()) <= _MOST_LEAD + 1:
        return None
    behind = range(
        min((i for i in form.kept if sentence.words[i].start >= sentence.text.find(": ")), default=0),
        len(sentence.words),
    )
    if any(sentence.words[i].part in {"VERB", "AUX", "PRON"} for i in behind) or "(" in row:
        return None
    bare = [re.sub(r"\A(?:an?|the)\s+", "", item) for item in items]
    if any(len(item.split()) > _MOST_ITEM for item in bare):
        return None
    return Card("list", lead, items=tuple(bare))


def _rows(sentence: ParsedSentence, kept: Kept) -> Iterator[list[int]]:
    """Three or four nouns that are joined one to the other."""
    for index in sorted(kept):
        row = [index]
        while (joined := sentence.child(row[-1], "conj")) is not None:
            row.append(joined)
        if sentence.words[index].role not in {"conj", "npadvmod"} and len(row) in _ITEMS and set(row) <= kept:
            yield row


def _item(sentence: ParsedSentence, index: int, row: Sequence[int]) -> str:
    """One of a row without its article; "" for what is too long, or no thing."""
    others = {i for other in row if other > index for i in _below(sentence, other)}
    links = {i for i in sentence.children(index) if sentence.low(i) in {"and", "or"} or sentence.is_punctuation(i)}
    order = sorted(_below(sentence, index) - others - links)
    whole = order == list(range(order[0], order[-1] + 1))
    parts = {sentence.words[i].part for i in order}
    if sentence.low(order[0]) in ARTICLES and len(order) > 1 and sentence.low(order[1]) not in {"lot", "few", "little"}:
        order = order[1:]
    if not whole or parts & {"VERB", "AUX", "PRON"} or not parts & {"NOUN", "PROPN"} or len(order) > _MOST_ITEM + 1:
        return ""
    spans = whole_words(sentence, order)
    return sentence.text[spans[0][0] : spans[-1][1]] if spans else ""


def _is_of_form(sentence: ParsedSentence, kept: Kept, index: int) -> bool:
    """Whether no clause of the form that only supposes or describes has the word in it."""
    for above in (index, *sentence.ancestors(index)):
        if above not in kept:
            return True
        if sentence.words[above].role in _ASIDE and sentence.words[above].head in kept:
            return False
    return True
