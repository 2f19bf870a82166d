"""The products that a job can make, one file each, found by name without importing the others.

A kind reads what a person asks for, packs it as plain data with the files it names, and makes it on a worker.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.jobs.queue.files import Source
    from automagic.products.clips.request import ClipsRequest
    from automagic.products.clips.result import ClipsResult
    from automagic.products.video.recipe import VideoResult
    from automagic.products.video.request import VideoRequest
    from automagic.values.events import Listener


class Makes(Protocol):
    """Makes products; `automagic.studio.Studio` does."""

    async def video(self, request: VideoRequest, *, listener: Listener | None, run_id: str | None) -> VideoResult:
        """A video."""
        ...

    async def clips(self, request: ClipsRequest, *, listener: Listener | None, run_id: str | None) -> ClipsResult:
        """Clips of recordings."""
        ...


class Kind(Protocol):
    """What the queue needs of a product. A module of this package is one."""

    OPTIONS: tuple[str, ...]
    """The names that `read` understands."""

    SUBJECTS: tuple[str, ...]
    """Those of them that say what it is about: a request has one."""

    def read(self, values: Mapping[str, Any], *, folder: Path) -> Any:
        """A request from flags or from a line of a batch file; relative paths are relative to `folder`."""
        ...

    def pack(self, request: Any) -> tuple[str, dict[str, Any], Mapping[str, Source]]:
        """A title for people, the request as plain data, and the files that it names; all that can be checked is."""
        ...

    async def make(
        self, data: Mapping[str, Any], studio: Makes, *, job_id: str, inputs: Path, out: Path, listener: Listener
    ) -> dict[str, Any]:
        """Make it.

        Args:
            data: As `pack` gave it.
            inputs: Where its files lie under their names.
            out: Where the result goes; may be left empty.

        Returns:
            What is kept of the result, plain data. "folder" names where its files lie, if there are any.

        Raises:
            RejectedResult: It was made but did not pass; the files are in its result's "folder".
            PartialResult: It was made but, for instance, not published; as above.
        """
        ...


def kind_names() -> tuple[str, ...]:
    """Every kind there is."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def find_kind(name: str) -> Kind:
    """The kind of this name.

    Raises:
        RequestError: There is none.
    """
    if name not in kind_names():
        near = difflib.get_close_matches(name, kind_names(), n=1)
        meant = f": did you mean {near[0]}?" if near else ""
        raise RequestError(f"there is no kind of job {name!r}{meant}", hint=f"Kinds: {', '.join(kind_names())}.")
    return cast("Kind", importlib.import_module(f"{__name__}.{name}"))


def kind_of(request: object) -> str:
    """The name of the kind that makes a request's product; no kind is imported.

    Raises:
        RequestError: None does.
    """
    product = getattr(request, "PRODUCT", None)
    if product in kind_names():
        return str(product)
    raise RequestError(f"no job makes a {type(request).__name__}", hint=f"Kinds: {', '.join(kind_names())}.")
