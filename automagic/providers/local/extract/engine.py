"""The embedded writer: a script out of the sentences of a document. It invents nothing.

    document ──▶ kind ──▶ contract: what a text of that kind promises
       ╰──────▶ units ──▶ those that keep the promise ──▶ shortened to the time ──▶ in the document's order ──▶ scenes

The sentence filter is `filter`, what can be said is `units`, what is told is `telling`; kinds and their contracts are
`language.kinds`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from automagic.errors import RequestError
from automagic.language.kinds.contracts import Contract, Kind, contracts
from automagic.language.kinds.recognise import recognise
from automagic.language.numbers.bonds import cut_line
from automagic.language.script.file import number_repetitions, scene_id, title_from
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.summary import similarity, vectors_of
from automagic.providers.local.extract.filter import unusable_sentences
from automagic.providers.local.extract.telling import Telling, Told, choose, total_s
from automagic.providers.local.extract.units import build_units
from automagic.values.document import Document, Origin
from automagic.values.script import Scene, Script

_SHORT = 0.75  # of the wanted time: a script that takes less is said to be short
_LONG = 1.15  # of the wanted time: a script that takes more is said to be longer
_SHARED_SCENE_WORDS, _SHORT_WORDS = 12, 7
_SAYS_TITLE = 0.75  # as like the title as this, a first sentence says it already
_MOST_QUOTED = 3
NO_TREES: Mapping[str, ParsedSentence] = MappingProxyType({})


def write_script(
    document: Document,
    *,
    duration_s: float,
    language: str = "en",
    take: int = 1,
    trees: Mapping[str, ParsedSentence] = NO_TREES,
    kind: Kind | None = None,
    kept: Sequence[str] = (),
) -> Script:
    """The sentences of `document` that keep the promise of a text of its kind, in about `duration_s` seconds.

    Args:
        document: The source.
        duration_s: A wish: a promise may take up to `telling.STRETCH` times as long.
        language: Of the text.
        take: 2, 3 ... prefer other sentences where the promise does not ask for the same ones.
        trees: Of its sentences (`units.sentences_to_parse`); those without one are told whole.
        kind: What it is; None to recognise it.
        kept: Names that no sentence loses when it is shortened.

    Raises:
        RequestError: Not one sentence of the document can be told.
    """
    contract = contracts()[kind or recognise(document, language)]
    units = build_units(document, language, trees, kept)
    if not units:
        raise RequestError(
            f"No sentence of {document.location or 'the text'} can be told: it has no full sentences.",
            hint="Use a text with ordinary sentences, or write the script yourself: --script FILE.",
        )
    tellings = [choose(units, contract, duration_s)]
    for _ in range(1, take):
        told = frozenset(i for one in tellings for i in one)
        tellings.append(choose(units, contract, duration_s, told))
    telling = tellings[-1]
    scenes = _scenes(document, [telling[i] for i in sorted(telling)], contract, language)
    return Script(
        title=document.title.strip() or title_from(scenes[0].text, language),
        scenes=scenes,
        language=language,
        writer="extract",
        notices=tuple(_notices(document, telling, contract, duration_s, language, repeated=telling in tellings[:-1])),
        sources=(document.credit(),),
    )


def _scenes(document: Document, told: Sequence[Told], contract: Contract, language: str) -> tuple[Scene, ...]:
    """One scene for each thing that is said; two short neighbours share one, and the title opens where it promises."""
    groups: list[list[Told]] = []
    for one in told:
        group = groups[-1] if groups else []
        words = [len(other.text.split()) for other in (*group, one)]
        short = len(group) == 1 and sum(words) <= _SHARED_SCENE_WORDS and min(words) <= _SHORT_WORDS
        if short and len(groups) > 1 and one.unit.sentence.follows(group[0].unit.sentence):
            group.append(one)
        else:
            groups.append([one])
    texts = [" ".join(one.text for one in group) for group in groups]
    origins = [
        tuple(Origin(document.location, one.unit.sentence.paragraph, one.unit.sentence.original) for one in group)
        for group in groups
    ]
    hook = _hook(document.title, texts[0], contract, language)
    if hook:
        texts.insert(0, hook)
        origins.insert(0, ())
    names = number_repetitions([scene_id(text) for text in texts])
    return tuple(Scene(id=n, text=text, origins=own) for n, text, own in zip(names, texts, origins, strict=True))


def _hook(title: str, first: str, contract: Contract, language: str) -> str:
    """The title as it is said, where it is the promise and the first sentence does not say it; else ""."""
    line = " ".join(title.split())
    if not contract.opens_with_title or len(line.split()) < 3:
        return ""
    one, other = vectors_of([line, first], language)
    said = line.rstrip(".!?… ").lower() in first.lower() or (one and similarity(one, other) > _SAYS_TITLE)
    return "" if said else line if line[-1] in ".!?…" else f"{line}."


def _notices(
    document: Document, telling: Telling, contract: Contract, duration_s: float, language: str, *, repeated: bool
) -> list[str]:
    """What a person must be told: as what the text was told, how its length came about, what was left out."""
    notices = [f"It is told as a text of this kind: {contract.kind}. --kind chooses another."]
    seconds = total_s(telling)
    if seconds < _SHORT * duration_s:
        notices.append(
            f"The text has usable sentences for about {seconds:.0f} s, not {duration_s:.0f} s: the video is shorter."
        )
        told = [one.unit.sentence.original for one in telling.values()]
        notices += _left_out(unusable_sentences(document, told, language))
    elif seconds > _LONG * duration_s:
        notices.append(f"About {seconds:.0f} s, not {duration_s:.0f} s: what such a text promises takes as long.")
    if repeated:
        notices.append("The text has no other selection left: this take is the same as an earlier one.")
    return notices


def _left_out(sentences: Sequence[str]) -> list[str]:
    """What a short text has beside that which is told."""
    if not sentences:
        return []
    few = ", ".join(f"“{cut_line(sentence, 50)}”" for sentence in sentences[:_MOST_QUOTED])
    count = "1 sentence" if len(sentences) == 1 else f"{len(sentences)} sentences"
    more = ", …" if len(sentences) > _MOST_QUOTED else ""
    return [f"Not narrated: {count} that cannot be said, or not without another one ({few}{more})."]
