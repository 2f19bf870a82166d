"""The embedded writer: a script out of whole sentences of a document. It invents nothing.

    paragraphs ──▶ sentences that can be said ──▶ scores ──▶ opening + body in order + closing ──▶ scenes

The sentence filter is `filter`, the scores are `scores`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from automagic.errors import RequestError
from automagic.language.numbers.bonds import cut_line
from automagic.language.script.file import number_repetitions, scene_id, title_from
from automagic.language.speech.pace import estimate_s
from automagic.language.text.summary import Vector, centrality, redundancy, similarity, vectors_of
from automagic.providers.local.extract.filter import UsableSentence, unusable_sentences, usable_sentences
from automagic.providers.local.extract.scores import closing_score, opening_score, worth
from automagic.values.document import Document, Origin
from automagic.values.script import Scene, Script

_MAX_SENTENCES = 600
_NEW_OVER_CENTRAL = 0.45  # weight of being unlike what was chosen (the λ of maximal marginal relevance is 1 - this)
_SHARED_SCENE_WORDS = 12
_SHORT_WORDS = 7
_REPEATS = 0.75  # of what a sentence says: above it, another one has said that
_SHORT = 0.75  # of the wanted time: a script that takes less is said to be short
_REUSE_COST = 0.6  # what a sentence of an earlier take is worth in a later one
_MIN_FOR_CLOSING = 3


@dataclass(frozen=True, slots=True)
class _Pool:
    """The sentences of a document with everything that the choice needs."""

    sentences: tuple[UsableSentence, ...]
    vectors: list[Vector]
    worth: list[float]
    opening: list[float]
    closing: list[float]

    def seconds(self, index: int) -> float:
        return estimate_s(self.sentences[index].spoken_words)


def write_script(document: Document, *, duration_s: float, language: str = "en", take: int = 1) -> Script:
    """The best whole sentences of `document` that can be said in about `duration_s` seconds.

    The strongest sentence opens, the body keeps the document's order, a takeaway from near the end closes. `take` 2, 3
    ... give the next best different selections; the same arguments always give the same script.

    Raises:
        RequestError: Not one sentence of the document can be told.
    """
    sentences = usable_sentences(document, language)[:_MAX_SENTENCES]
    if not sentences:
        raise RequestError(
            f"{document.location or 'The text'} has no full sentence that can be spoken.",
            hint="Use a text with ordinary sentences, or write the script yourself: --script FILE.",
        )
    pool = _build_pool(sentences, document.title, language)
    chosen = _with_followers(pool, _choose(pool, duration_s), duration_s)
    earlier = [chosen]
    for _ in range(1, take):
        chosen = _choose_unlike(pool, duration_s, earlier)
        earlier.append(chosen)
    told = [pool.sentences[index].original for index in chosen]
    notices = _notices(pool, chosen, duration_s, repeated=chosen in earlier[:-1])
    if notices and take == 1:
        notices = (*notices, *_left_out(unusable_sentences(document, told, language)))
    scenes = _scenes(document, [pool.sentences[index] for index in chosen])
    return Script(
        title=document.title.strip() or title_from(scenes[0].text, language),
        scenes=scenes,
        language=language,
        writer="extract",
        notices=notices,
        sources=(document.credit(),),
    )


def _build_pool(sentences: Sequence[UsableSentence], title: str, language: str) -> _Pool:
    vectors = vectors_of([sentence.text for sentence in sentences] + [title], language)
    title_vector = vectors.pop()
    central = centrality(vectors)
    on_topic = [similarity(vector, title_vector) for vector in vectors]
    last = max(len(sentences) - 1, 1)
    values = [
        worth(sentence, centrality=c, on_topic=t, position=i / last)
        for i, (sentence, c, t) in enumerate(zip(sentences, central, on_topic, strict=True))
    ]
    return _Pool(
        sentences=tuple(sentences),
        vectors=vectors,
        worth=values,
        opening=[
            opening_score(s, worth=w, on_topic=t, position=i / last)
            for i, (s, w, t) in enumerate(zip(sentences, values, on_topic, strict=True))
        ],
        closing=[
            closing_score(s, worth=w, position=i / last) for i, (s, w) in enumerate(zip(sentences, values, strict=True))
        ],
    )


def _with_followers(pool: _Pool, chosen: Sequence[int], duration_s: float) -> list[int]:
    """Where much room is left, also what leans on a sentence that is told, directly behind that."""
    told = list(chosen)
    for index, sentence in enumerate(pool.sentences):
        room = _SHORT * duration_s - sum(pool.seconds(i) for i in told)
        goes_on = sentence.leans and sentence.joins and index not in told and index - 1 in told
        if not goes_on or pool.seconds(index) > room:
            continue
        if redundancy(pool.vectors[index], [pool.vectors[i] for i in told]) <= _REPEATS:
            told.insert(told.index(index - 1) + 1, index)
    return told


def _choose(pool: _Pool, duration_s: float) -> list[int]:
    """Indices in the order in which they are told; at least one."""
    opener = _best(pool, pool.opening, duration_s)
    chosen = [opener]
    room = duration_s - pool.seconds(opener)
    closer = None
    later = [score if i > opener else 0.0 for i, score in enumerate(pool.closing)]
    if any(later) and len(pool.sentences) >= _MIN_FOR_CLOSING:
        closer = _best(pool, later, room)
        if pool.seconds(closer) > room or later[closer] <= 0.0:
            closer = None
    if closer is not None:
        chosen.append(closer)
        room -= pool.seconds(closer)
    body = _choose_body(pool, chosen, room)
    order = [opener, *sorted(body)]
    return [*order, closer] if closer is not None else order


def _best(pool: _Pool, scores: Sequence[float], room: float) -> int:
    """The index with the highest score that fits into the room; the shortest sentence when none fits."""
    fitting = [i for i in range(len(scores)) if pool.seconds(i) <= room and scores[i] > 0.0]
    if not fitting:
        alone = [i for i, sentence in enumerate(pool.sentences) if not sentence.leans] or list(range(len(scores)))
        return min(alone, key=lambda i: (pool.seconds(i), i))
    return max(fitting, key=lambda i: (scores[i], -i))


def _choose_body(pool: _Pool, fixed: Sequence[int], room: float) -> set[int]:
    """Sentences between opening and closing, by maximal marginal relevance, antecedents before what leans on them."""
    body: set[int] = set()
    while True:
        taken = [pool.vectors[i] for i in (*fixed, *body)]
        best: tuple[float, tuple[int, ...]] | None = None
        for index in range(len(pool.sentences)):
            group = _with_antecedents(pool, index, fixed, body)
            if group is None or sum(pool.seconds(i) for i in group) > room:
                continue
            gain = sum(pool.worth[i] * (1.0 - _NEW_OVER_CENTRAL) for i in group) / len(group)
            overlap = max(redundancy(pool.vectors[i], taken) for i in group)
            if overlap > _REPEATS:
                continue
            value = gain - _NEW_OVER_CENTRAL * overlap
            if best is None or value > best[0]:
                best = (value, group)
        if best is None:
            return body
        body.update(best[1])
        room -= sum(pool.seconds(i) for i in best[1])


def _with_antecedents(pool: _Pool, index: int, fixed: Sequence[int], body: set[int]) -> tuple[int, ...] | None:
    """`index` and the sentences before it that it leans on, as far as they are not chosen; None when it cannot stand.

    It cannot stand when what it leans on is told elsewhere (as opening or closing) or is not usable at all, or when
    another sentence would come between.
    """
    if index in body or index in fixed:
        return None
    group = [index]
    if _asks(pool, index):  # a question is told together with the sentence that answers it
        answer = index + 1
        if (
            answer >= len(pool.sentences)
            or answer in fixed
            or not pool.sentences[answer].follows(pool.sentences[index])
        ):
            return None
        if answer not in body:
            group = [answer, index]
    while pool.sentences[group[-1]].leans:
        before = group[-1] - 1
        if before < 0 or not pool.sentences[group[-1]].follows(pool.sentences[before]) or before in fixed:
            return None
        if before in body:
            break
        group.append(before)
    return tuple(reversed(group))


def _asks(pool: _Pool, index: int) -> bool:
    return pool.sentences[index].text.rstrip('"”’').endswith("?")


def _choose_unlike(pool: _Pool, duration_s: float, earlier: Sequence[list[int]]) -> list[int]:
    """The best choice that no earlier take made; sentences told before count for less, openings are not repeated."""
    used = {index for chosen in earlier for index in chosen}
    openers = {chosen[0] for chosen in earlier}
    damped = replace(
        pool,
        worth=[value * (_REUSE_COST if i in used else 1.0) for i, value in enumerate(pool.worth)],
        opening=[0.0 if i in openers else score for i, score in enumerate(pool.opening)],
        closing=[score * (_REUSE_COST if i in used else 1.0) for i, score in enumerate(pool.closing)],
    )
    if not any(damped.opening):
        damped = replace(damped, opening=[score * (0.5 if i in openers else 1) for i, score in enumerate(pool.opening)])
    chosen = _choose(damped, duration_s)
    if chosen in earlier and len(chosen) > 1:
        # A text too short for another choice: tell it without its weakest sentence.
        for weakest in sorted(chosen[1:], key=lambda i: pool.worth[i]):
            fewer = [i for i in chosen if i != weakest]
            if fewer not in earlier and _stands(pool, fewer):
                return fewer
    return chosen


def _stands(pool: _Pool, chosen: Sequence[int]) -> bool:
    return all(not pool.sentences[i].leans or (n > 0 and chosen[n - 1] == i - 1) for n, i in enumerate(chosen))


def _notices(pool: _Pool, chosen: Sequence[int], duration_s: float, *, repeated: bool) -> tuple[str, ...]:
    notices = []
    seconds = sum(pool.seconds(i) for i in chosen)
    if seconds < _SHORT * duration_s:
        notices.append(
            f"The text has usable sentences for about {seconds:.0f} s, not {duration_s:.0f} s: the video is shorter."
        )
    elif seconds > 1.1 * duration_s:
        notices.append(f"The shortest sentence that can be told takes about {seconds:.0f} s, not {duration_s:.0f} s.")
    if repeated:
        notices.append("The text has no other selection left: this take is the same as an earlier one.")
    return tuple(notices)


def _left_out(sentences: Sequence[str]) -> tuple[str, ...]:
    """What a short text has beside that which is told."""
    if not sentences:
        return ()
    few = ", ".join(f"“{cut_line(sentence, 50)}”" for sentence in sentences[:2]) + (", …" if len(sentences) > 2 else "")
    count = "1 sentence" if len(sentences) == 1 else f"{len(sentences)} sentences"
    return (f"Not narrated: {count} that cannot be said, or not without another one ({few}).",)


def _scenes(document: Document, sentences: Sequence[UsableSentence]) -> tuple[Scene, ...]:
    """One scene a sentence; two short neighbours share one."""
    groups: list[list[UsableSentence]] = []
    for position, sentence in enumerate(sentences):
        group = groups[-1] if groups else []
        total = sentence.words + sum(member.words for member in group)
        short = len(group) == 1 and total <= _SHARED_SCENE_WORDS and min(sentence.words, group[0].words) <= _SHORT_WORDS
        is_edge = position + 1 == len(sentences) or len(groups) == 1
        if short and not is_edge and sentence.follows(group[0]):
            group.append(sentence)
        else:
            groups.append([sentence])
    texts = [" ".join(member.text for member in group) for group in groups]
    return tuple(
        Scene(
            id=name,
            text=text,
            origins=tuple(Origin(document.location, member.paragraph, member.original) for member in group),
        )
        for name, text, group in zip(number_repetitions([scene_id(text) for text in texts]), texts, groups, strict=True)
    )
