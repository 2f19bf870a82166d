"""The finalists put in order by a language model, where a person asks for one.

choose ─▶ rerank, by the first in the list that answers ─▶ MomentChoice, its `scorer` names who decided
             └─ all of them fail: the choice by features stands, and says why
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from automagic.errors import VendorError
from automagic.products.clips.steps import Criteria, Meaning, read_vectors
from automagic.providers.shared.registry import asks_server, is_paid
from automagic.providers.shared.vendors import Maker
from automagic.runs.run import Run
from automagic.runs.steps import Quote, step
from automagic.services import Services
from automagic.stages.context import Context
from automagic.values.moments import MomentChoice
from automagic.values.transcript import Prosody, Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from automagic.language.moments.scoring import Scored


@dataclass(frozen=True, slots=True)
class Material:
    """What a choice is made from."""

    sentences: tuple[Sentence, ...]
    deliveries: tuple[Prosody, ...]
    speakers: tuple[str, ...]
    fillers: tuple[int, ...]
    meaning: Meaning
    language: str
    wish: Criteria
    weights: str

    @property
    def parts(
        self,
    ) -> tuple[
        tuple[Sentence, ...], tuple[Prosody, ...], tuple[str, ...], tuple[int, ...], Meaning, str, Criteria, str
    ]:
        """The same, in the order of the step `choose`."""
        return (
            self.sentences,
            self.deliveries,
            self.speakers,
            self.fillers,
            self.meaning,
            self.language,
            self.wish,
            self.weights,
        )


async def rank(choice: MomentChoice, material: Material, *, asked: str | None, run: Run[Services]) -> MomentChoice:
    """The choice as the first in the list who answers puts it.

    Args:
        asked: Who may, in order ("openai,anthropic"); None for what the settings say.

    Raises:
        BudgetError: It would cost more than allowed.
    """
    vendors = run.services.vendors
    notices: list[str] = []
    for name in vendors.chain("ranker", asked):
        if not asks_server(name):
            break
        try:
            choice = await run.step(rerank, vendors.maker("ranker", name), choice, material)
        except VendorError as error:
            notices.append(f"{name} did not put the moments in order: {error.message.removesuffix('.')}.")
        else:
            break
    else:
        if notices:
            notices.append("Their order is the one by features.")
    return replace(choice, notices=(*notices, *choice.notices))


async def plan_rank(wish: Criteria, *, asked: str | None, run: Run[Services]) -> None:
    """What `rank` would cost at most, before the recording was listened to."""
    nothing = Material((), (), (), (), Meaning(None, ()), "", wish, "")
    await rank(MomentChoice((), (), 0, ""), nothing, asked=asked, run=run)


def _price_reranking(services: Services, maker: Maker, choice: MomentChoice, material: Material) -> Quote | None:
    from automagic.providers.shared.reranking import first_prompt, longest_prompt

    prompt = (
        first_prompt(_score(material, services), choice, count=material.wish.count)
        if material.sentences
        else longest_prompt(material.wish.count)
    )
    if prompt is None or not is_paid(maker.name):
        return None
    return services.vendors.quote(services.vendors.ranker(maker.name).call(prompt, 1), rerank.name)


def _forecast_reranking(maker: Maker, choice: MomentChoice) -> MomentChoice:
    guess = f"{maker} has not put them in order yet: this one is by features."
    return replace(choice, notices=(*choice.notices, guess))


@step("rerank", 1, forecast=_forecast_reranking, price=_price_reranking)
async def rerank(context: Context, maker: Maker, choice: MomentChoice, material: Material) -> MomentChoice:
    """The choice in another order, by a language model."""
    from automagic.providers.shared import reranking

    services = context.services
    vector = None
    if material.wish.query and material.meaning.vectors is not None:
        (vector,) = await services.engines.sentence_vectors.embed([material.wish.query])
    scored = _score(material, services, vector)
    return await reranking.rerank(services.vendors.ranker(maker.name), scored, choice, count=material.wish.count)


def _score(material: Material, services: Services, query_vector: NDArray[np.float32] | None = None) -> Scored:
    """All candidates again, as `choose` saw them."""
    from automagic.language.moments.candidates import find_candidates
    from automagic.language.moments.query import Query
    from automagic.language.moments.scoring import Scored
    from automagic.language.moments.talk import Talk
    from automagic.language.moments.weights import load_weights

    meaning = material.meaning
    vectors = read_vectors(meaning, len(material.sentences), services.store)
    talk = Talk(
        material.sentences,
        material.language,
        meaning.topics,
        vectors,
        material.deliveries,
        material.speakers,
        material.fillers,
    )
    wish = material.wish
    candidates = find_candidates(talk.sentences, talk.topics, min_s=wish.min_s, max_s=wish.max_s, within=wish.within)
    query = Query(material.wish.query, query_vector) if material.wish.query else None
    return Scored(talk, candidates, load_weights(services.settings.home), query)
