"""What a video of 6, 15 or 30 s says: claims of the brief word for word, chosen as a set, then call and name.

    # Linden Honey                                   the name
                                                     claims in the brief's order, as many as there is time for
    Linden Honey comes from 12 hives on one hill.

    Shop now: Linden Honey                           call and name

Where there is a disclaimer, every paragraph has a card with it. A claim that begins with "It" says something of the
sentence before it: it stands behind that one, or first.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.errors import RequestError
from automagic.language.script.file import normalize, scene_id
from automagic.language.script.written import write_file
from automagic.language.speech.pace import PAUSE_S, count_spoken, estimate_s
from automagic.language.speech.spoken import spoken_sentences
from automagic.language.text.sentences import primary_tag
from automagic.products.ads.brief import AdBrief, Claim
from automagic.products.ads.copy.calls import closing_call
from automagic.products.ads.copy.choice import turn_brief
from automagic.products.ads.copy.combinations import clash_of, leans
from automagic.products.ads.copy.policy import Line, facts_for, find_faults
from automagic.products.ads.creative import AdFinding, AdScript
from automagic.products.ads.specs.table import AdPlatform, Spec, Specs
from automagic.products.ads.videos.slots import LENGTHS_S, list_slots, video_facts
from automagic.values.script import Card, CardLayout, Scene, Script

_SURE = 1.1
"""The estimate is good to a tenth: what fits by it with a tenth to spare fits when it is spoken."""
_LETTERS_PER_S = 14.0
"""Measured of German: 13 to 15 while it is spoken."""
_READ_PER_S = 20.0
"""Characters that one can read, as of captions."""
_SEEN_S = 1.0
"""So long, on each card, a disclaimer stands behind the last word that is said: measured 0.9 to 1.2 s."""
_UNCOUNTED = frozenset({"ja", "zh", "yue", "th", "lo", "km", "my"})
"""Languages that put no space between words: how long a sentence takes to say cannot be told from their number."""
_RULE = "brief.video"


@dataclass(frozen=True, slots=True)
class WrittenScripts:
    """The scripts, and why there is none of a length."""

    scripts: tuple[AdScript, ...] = ()
    findings: tuple[AdFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to say a claim: the whole of it, or one of the person's own shorter ways.

    Attributes:
        seconds: About how long it takes to say.
        findings: What speaks against it.
    """

    claim: Claim
    text: str
    seconds: float
    findings: tuple[AdFinding, ...]


def write_scripts(
    brief: AdBrief, specs: Specs, platforms: Sequence[AdPlatform], *, take: int, today: datetime.date
) -> WrittenScripts:
    """A script for each length that one of the platforms takes, as far as the brief has what to say.

    What a platform would refuse of its claims is not said.

    Args:
        take: 1 for the first; each other one begins with another claim.
    """
    taking = [one for one in platforms if video_facts(specs, one)]
    facts = [fact for one in taking for fact in video_facts(specs, one)]
    lengths = [length for length in LENGTHS_S if any(_may_last(fact, length) for fact in facts)]
    if not lengths:
        return WrittenScripts()
    if primary_tag(brief.language) in _UNCOUNTED:
        why = f"no script for a video was written: how long it takes to say is not known in {brief.language}."
        return WrittenScripts(findings=(AdFinding(_RULE, why, hard=False),))
    forms = _list_forms(turn_brief(brief, take), facts_for(specs, taking), today)
    if not forms:
        why = "no script for a video was written: none of the claims may be said on all platforms that take videos."
        return WrittenScripts(findings=(AdFinding(_RULE, why, hard=False),))
    scripts: list[AdScript] = []
    findings: list[AdFinding] = []
    for length_s in lengths:
        script = _write(length_s, brief, forms)
        if isinstance(script, AdFinding):
            findings.append(script)
        elif scripts and script.text == scripts[-1].text:
            says = f"there is no {script.name}: it would say the same as {scripts[-1].name}, about {_told(script)}."
            findings.append(AdFinding(_RULE, f"{says} Give more claims.", hard=False))
        elif not list_slots(specs, taking, [script]):
            says = f"there is no {script.name}: it is about {_told(script)}, shorter than a platform takes."
            findings.append(AdFinding(_RULE, f"{says} Give more claims.", hard=False))
        else:
            scripts.append(script)
    return WrittenScripts(tuple(scripts), tuple(findings))


def estimate_said_s(text: str, language: str) -> float:
    """About how long a text takes to say, its pauses included: by its words; in other languages than English, where
    words are of other lengths, by its letters if that is longer."""
    sentences = spoken_sentences(normalize(text), language=language)
    by_words = estimate_s(sum(map(count_spoken, sentences)), len(sentences))
    if primary_tag(language) == "en":
        return by_words
    letters = sum(len(word) for one in sentences for token in one.tokens for word in token.spoken)
    return max(by_words, letters / _LETTERS_PER_S + PAUSE_S * len(sentences))


def _may_last(fact: Spec, length_s: float) -> bool:
    return (fact.min_s or 0) <= length_s <= (fact.max_s or length_s)


def _told(script: AdScript) -> str:
    return f"{script.spoken_s:.1f} s"


def _list_forms(brief: AdBrief, facts: Sequence[Spec], today: datetime.date) -> list[list[_Form]]:
    """Of each claim what may be said, longest first."""
    every = []
    for claim in brief.claims:
        forms = []
        for text in (claim.text, *sorted(claim.short, key=len, reverse=True)):
            found = find_faults(Line(text, brief, today, proven=bool(claim.proof)), facts)
            if not any(one.hard for one in found):
                forms.append(_Form(claim, text, estimate_said_s(text, brief.language), found))
        if forms:
            every.append(forms)
    return every


def _write(length_s: int, brief: AdBrief, forms: Sequence[Sequence[_Form]]) -> AdScript | AdFinding:
    """The script of a length, or why there is none."""
    call = closing_call(brief)
    call_s = estimate_said_s(call, brief.language)
    room_s = length_s / _SURE - call_s
    said = _choose(forms, room_s, [claim.id for claim in brief.claims])
    name = f"{length_s}s.md"
    if not said:
        return AdFinding(_RULE, f"there is no {name}: {_miss(length_s, call, call_s, forms)}", hard=False)
    texts = [one.text for one in said]
    scenes = [_scene(text, "statement", brief) for text in texts]
    scenes.append(_scene(call, "closing", brief))
    try:
        text = write_file(Script(brief.name, tuple(scenes), primary_tag(brief.language)))
    except RequestError as error:
        return AdFinding(_RULE, f"there is no {name}: {error.message}.", hard=False)
    spoken_s = call_s + sum(one.seconds for one in said)
    findings = [finding for one in said for finding in one.findings]
    if len(brief.disclaimer) / _READ_PER_S > _SEEN_S * len(scenes):
        says = (
            f"the disclaimer is seen for about {_SEEN_S:g} s on each of {len(scenes)} cards, too short a time to read "
            f"its {len(brief.disclaimer)} characters: give a shorter one, or use a longer video."
        )
        findings.append(AdFinding(_RULE, says, hard=False))
    return AdScript(
        length_s=length_s,
        text=text,
        spoken_s=round(spoken_s, 2),
        claims=tuple(one.claim.id for one in said),
        state="pending" if findings else "ready",
        findings=tuple(dict.fromkeys(findings)),
    )


def _scene(text: str, layout: CardLayout, brief: AdBrief) -> Scene:
    card = Card(layout, normalize(text).rstrip(".。"), detail=normalize(brief.disclaimer))
    return Scene(scene_id(text), text, cards=(card,) if brief.disclaimer else ())


def _choose(forms: Sequence[Sequence[_Form]], room_s: float, order: Sequence[str]) -> list[_Form]:
    """Claims that fit together, none of which repeats or contradicts another.

    Args:
        order: Ids of all claims, each behind the one that it may lean on.
    """
    said: list[_Form] = []
    for leaning_first in (False, True):
        if said:
            break
        added = True
        while added:  # a claim that leans may only have become possible
            left_s = room_s - sum(one.seconds for one in said)
            added = False
            for several in forms:
                if any(one.claim == several[0].claim for one in said):
                    continue
                fitting = (one for one in several if _goes(one, said, left_s, order, leaning_first=leaning_first))
                if chosen := next(fitting, None):
                    said.append(chosen)
                    added = True
                    break
    return said


def _goes(form: _Form, said: Sequence[_Form], left_s: float, order: Sequence[str], *, leaning_first: bool) -> bool:
    if form.seconds > left_s or any(clash_of(form.text, one.text) for one in said):
        return False
    if not leans(form.text):
        return True
    at = order.index(form.claim.id)
    return said[-1].claim.id == order[at - 1] if said and at else leaning_first and not said


def _miss(length_s: int, call: str, call_s: float, forms: Sequence[Sequence[_Form]]) -> str:
    """Why no claim fits, and what to shorten."""
    least = min((one for several in forms for one in several), key=lambda one: one.seconds)
    words_left = int((length_s / _SURE - call_s - estimate_s(0)) / (estimate_s(1) - estimate_s(0)))
    if words_left < 1:
        return f"“{call}” takes about {call_s:.1f} s of it, and no claim fits beside it. Give a shorter call or name."
    return (
        f"with “{call}” the shortest claim, “{least.text}”, takes about {call_s + least.seconds:.1f} s. Give it a "
        f"short = […] of at most {words_left} words, as they are said."
    )
