"""Search what was said, and show one recording."""

from __future__ import annotations

import time

from automagic.database.search import Found
from automagic.database.search import search as search_passages
from automagic.database.search_query import parse_query
from automagic.machine.leaving import in_thread
from automagic.products.archive.searching.hits import Hit, locate
from automagic.products.archive.searching.request import SearchRequest, ShowRequest
from automagic.products.archive.searching.result import ItemResult, SearchResult
from automagic.runs.run import Run
from automagic.services import Services
from automagic.store.holdings import Holdings
from automagic.store.sources import Sources
from automagic.store.transcripts import TranscriptStore


async def search(request: SearchRequest, run: Run[Services]) -> SearchResult:
    """The passages that have all that is searched.

    Raises:
        RequestError: There is no source of this name.
    """
    engine = run.services.store.engine
    terms = parse_query(request.query)
    if request.source:
        await in_thread(Sources(engine).find, request.source)

    def look() -> Found:
        with engine.connect().execution_options(reads_only=True) as connection:
            return search_passages(connection, terms, request.filters, limit=request.limit)

    began = time.perf_counter()
    found = await in_thread(look)
    took_ms = (time.perf_counter() - began) * 1000
    items = await in_thread(Holdings(engine).find_all, [one.item for one in found.passages])
    transcripts = TranscriptStore(run.services.settings.home)
    hits = []
    for one in found.passages:
        item = items[one.item]
        at_s, sentence = locate(one, terms)
        hits.append(Hit(item, at_s, sentence, one.text, one.speaker, transcripts.path_of(item.transcript)))
    return SearchResult(run.id, request.query, tuple(hits), found.order, took_ms)


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
