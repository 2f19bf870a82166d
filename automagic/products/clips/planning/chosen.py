"""Each chosen moment as it will be cut: its stretches, its captions, its name."""

from __future__ import annotations

from collections.abc import Sequence

from automagic.media.analysis.cutting import CutTimeline, cut_moment
from automagic.media.design.platforms import FPS
from automagic.products.clips.planning.edited import CutPlan
from automagic.products.clips.request import ClipsRequest
from automagic.products.clips.sources import Recording, clock
from automagic.products.clips.understanding import Understanding
from automagic.values.clip_plan import ClipPlan, KeptRange
from automagic.values.moments import Moment, MomentChoice

UNSURE = "{}: its words are uncertain ({:.0%} sure at the mean), so it is not named by them. Read its captions."


def plan_chosen(
    choice: MomentChoice,
    known: Understanding,
    title: str,
    recording: Recording,
    request: ClipsRequest,
    names: Sequence[str],
) -> tuple[CutPlan, list[str]]:
    """Each chosen moment as it will be cut; and which of them could not be named by their words.

    Args:
        names: Those that no title cuts.
    """
    from automagic.language.moments.certainty import mean_of
    from automagic.language.moments.naming import title_of
    from automagic.language.transcript.fillers import find_fillers

    words = known.transcript.words
    places = {sentence.id: sentence for sentence in known.sentences}
    fillers = find_fillers(words, known.transcript.language) if request.tighten else ()
    clips: list[ClipPlan] = []
    unsure: list[str] = []
    for number, moment in enumerate(choice.chosen, start=1):
        if moment.first not in places:
            clips.append(_by_sight(moment, known, title, request))
            continue
        first, end = places[moment.first].first, places[moment.last].end
        cuts = cut_moment(
            words,
            first,
            end,
            silences=known.heard.silences,
            duration_s=max(known.footage.duration_s, words[-1].end_s),
            fillers=fillers,
            shorten_pauses=request.tighten,
        )
        kept = CutTimeline(cuts.stretches, FPS).kept(words[first:end])
        heard = known.transcript.heard(first, end)
        name = title_of(moment, known.transcript.language, heard, names)
        if not name:
            name = f"Clip {number}, {clock(cuts.stretches[0].start_s)}"
            unsure.append(UNSURE.format(name, mean_of([sure for _, sure in heard])))
        clips.append(ClipPlan(moment.id, name, cuts.stretches, request.layout, kept))
    return CutPlan(title, recording.file.sha256, recording.source.name, tuple(clips), known.pick), unsure


def _by_sight(moment: Moment, known: Understanding, title: str, request: ClipsRequest) -> ClipPlan:
    """A moment that nobody speaks in, as it is; with the few words that there may be."""
    stretch = KeptRange(moment.start_s, moment.end_s)
    kept = CutTimeline([stretch], FPS).kept(known.transcript.words)
    return ClipPlan(moment.id, f"{title}, {clock(moment.start_s)}", (stretch,), request.layout, kept)
