"""What a job of publishing takes along: the draft as it is now, with its pictures and videos, and nothing else."""

from __future__ import annotations

from automagic.errors import RequestError
from automagic.products.posts.publishing.drafts import DRAFTS, check_held, list_files, pack_draft, read_draft
from automagic.products.posts.publishing.request import PublishPostsRequest
from automagic.stages.request_files import pack_file
from automagic.values.product import Gathered


def gather(request: PublishPostsRequest, gathered: Gathered) -> None:
    """Read the draft, so that what is wrong with it is said now, and what it costs, and add its files.

    Raises:
        RequestError: There is no such draft, or one of its files is missing.
        QualityError: Its writer has refused it.
    """
    if request.due:
        return
    if request.at:
        raise RequestError("a job does not wait by itself", hint="automagic posts publish --at lets a draft wait.")
    from automagic.database.address import database_url
    from automagic.database.engine import open_database
    from automagic.products.posts.publishing.pricing import tell_prices
    from automagic.settings import load_settings

    settings = load_settings()
    engine = open_database(database_url(settings))
    try:
        draft = read_draft(engine, request.source)
        check_held(draft, anyway=request.anyway)
        gathered.notices += tell_prices(request, draft, engine, settings)
    finally:
        engine.dispose()
    room = "drafts"
    if not draft.place.draft:
        gathered.changes |= {"source": pack_file(room, draft.folder, gathered.files)}
    else:
        inside = f"{room}/{draft.folder.name}"
        gathered.files[f"{inside}/{DRAFTS}"] = pack_draft(draft)
        gathered.files |= {f"{inside}/{path.name}": path for path in list_files(draft)}
        gathered.changes |= {"source": inside}
    gathered.changes |= {"origin": str(draft.place), "author": draft.author}
