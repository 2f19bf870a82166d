"""What a job of posts takes along: the files that hold posts, of a folder nothing else, and the names of accounts."""

from __future__ import annotations

from automagic.products.posts.request import LearnPostsRequest
from automagic.reading.named_files import expand_home
from automagic.sources.posts.accounts.shared import find_account
from automagic.sources.posts.reading import list_posts_files, read_exports
from automagic.stages.request_files import pack_file
from automagic.values.product import Gathered


def gather(request: LearnPostsRequest, gathered: Gathered) -> None:
    """Read what the request names, so that what cannot be learned is said now, and add the files.

    Raises:
        RequestError: A file is broken, or has no posts; or an account is none.
    """
    for account in request.accounts:
        find_account(account)
    read_exports(expand_home(one) for one in request.files)
    places: list[str] = []
    for number, place in enumerate(request.places, start=1):
        if place in request.accounts:  # read when the job runs
            places.append(place)
            continue
        path, room = expand_home(place), f"archives/{number}"  # two may have one name
        if path.is_dir():
            for file in list_posts_files(path):
                gathered.files[f"{room}/{path.name}/{file.relative_to(path)}"] = file
            places.append(f"{room}/{path.name}")
        else:
            places.append(pack_file(room, path, gathered.files))
    gathered.changes |= {"source": places[0], "more": tuple(places[1:])}
