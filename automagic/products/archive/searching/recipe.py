"""Search what was said, and show one recording."""

from __future__ import annotations

import time

from automagic.machine.leaving import in_thread
from automagic.products.archive.searching.hits import Hit
from automagic.products.archive.searching.request import SearchRequest, ShowRequest
from automagic.products.archive.searching.result import ItemResult, SearchResult
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.archive.searching import search_archive
from automagic.store.corpora import Corpora
from automagic.store.holdings import Holdings
from automagic.store.sources import Sources
from automagic.store.transcripts import TranscriptStore


async def search(request: SearchRequest, run: Run[Services]) -> SearchResult:
    """The passages that have all that is searched; by meaning also those that have some of it.

    Raises:
        RequestError: There is no source of this name.
        ConfigurationError: Meaning is to be compared, and what does it is not installed.
    """
    engine = run.services.store.engine
    if request.source:
        await in_thread(Sources(engine).find, request.source)
    began = time.perf_counter()
    found = await search_archive(
        request.query, request.filters, run.services, limit=request.limit, meaning=request.meaning
    )
    took_ms = (time.perf_counter() - began) * 1000
    items = await in_thread(Holdings(engine).find_all, [one.found.item for one in found.hits])
    authors = await in_thread(Corpora(engine).names) if found.hits else ()
    author = authors[0] if len(authors) == 1 else "NAME"
    hits = tuple(Hit(items[one.found.item], one, author) for one in found.hits)
    return SearchResult(run.id, request.query, hits, found.order, took_ms, found.absent, found.looked)


async def show(request: ShowRequest, run: Run[Services]) -> ItemResult:
    """A recording with all that is known of it.

    Raises:
        RequestError: There is none of this id.
    """
    holdings = Holdings(run.services.store.engine)
    item = await in_thread(holdings.find, request.item)
    generations = await in_thread(holdings.generations, item)
    passages = await in_thread(holdings.count_passages, item.id)
    transcripts = TranscriptStore(run.services.settings.home)
    path = transcripts.path_of(item.transcript) if item.transcript else None
    return ItemResult(run.id, item, generations, passages, path)
