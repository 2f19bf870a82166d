"""Serve the application with Granian: one process for the requests, on loopback unless a token is asked for.

The pipeline runs in workers, never in here; with `work` one is started beside the server, and ends with it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import ipaddress
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from starlette.types import ASGIApp

from automagic.errors import ConfigurationError, RequestError
from automagic.machine.logs import open_logs
from automagic.reading.json import parse_json
from automagic.settings import Settings, load_settings
from automagic.web.access.guard import AccessRules
from automagic.web.access.sessions import LINK_S, make_link
from automagic.web.access.tokens import FILE, find_token

KILL_AFTER_S = 2
"""After SIGTERM: a server with an open stream of events would never end by itself."""

BACKLOG = 2048

PARENT_S = 0.5


@dataclass(frozen=True, slots=True)
class ServedPlace:
    """Where and for whom it is served.

    Attributes:
        hosts: Names of it besides the address, as in a Host header.
        asks: Whether a token is asked for on loopback as well.
        folders: From which clients may name files.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    hosts: Sequence[str] = ()
    asks: bool = False
    folders: Sequence[str] = ()

    @property
    def loopback(self) -> bool:
        """Whether nobody else can reach it."""
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"

    @property
    def url(self) -> str:
        """For a person on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


PLACE = "_AUTOMAGIC_WEB_PLACE"
"""In the environment of the server's child: the place, without any secret."""


def serve(place: ServedPlace, settings: Settings, *, work: bool, tell: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        work: Start a worker beside it.
        tell: Is given a line for the person who started it.

    Raises:
        ConfigurationError: The server is not installed, or the token cannot be used.
        RequestError: Nothing can listen there.
    """
    granian = load_granian()
    _try_to_listen(place)
    _raise_file_limit()
    rules = rules_of(place, settings.home)
    os.environ[PLACE] = msgspec.json.encode(place).decode()
    with _worker() if work else contextlib.nullcontext():
        server = granian.Granian(
            "automagic.web.serve:application",
            address=place.host,
            port=place.port,
            interface="asgi",
            workers=1,
            backlog=BACKLOG,
            factory=True,
            workers_kill_timeout=KILL_AFTER_S,
            log_enabled=False,
        )
        link = f"{place.url}/enter#{make_link(settings.home)}" if rules.token else place.url
        tell(f"AutoMagic is at {link}")
        if rules.token:
            tell(f"That link works once, for {LINK_S // 60} minutes; {place.url} afterwards.")
        tell(f"Clients send the token in {settings.home / FILE}" if rules.token else "Nobody else can reach it.")
        server.serve()


def application() -> ASGIApp:
    """What Granian serves, in its own process."""
    from automagic.performance.config import PerformanceConfig
    from automagic.performance.layer import PerformanceOptimizer
    from automagic.web.app import make_app

    settings = load_settings()
    written = contextlib.ExitStack()
    written.enter_context(open_logs(settings, "web"))
    atexit.register(written.close)
    threading.Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()
    place = parse_json(os.environ[PLACE], name="the place", type=ServedPlace)
    optimizer = PerformanceOptimizer(PerformanceConfig.from_settings(settings))
    app = make_app(settings, rules_of(place, settings.home), optimizer=optimizer)
    gc.collect()
    gc.freeze()  # what is there now stays: no collection looks through it again
    return app


def _end_with(parent: int) -> None:
    """End when the process that started this one is gone: killed, it could not say so, and the port stayed taken."""
    while os.getppid() == parent:
        time.sleep(PARENT_S)
    os._exit(1)


def load_granian() -> Any:
    """The server's package.

    Raises:
        ConfigurationError: It is not installed.
    """
    try:
        import granian
    except ImportError as error:
        raise ConfigurationError(
            "the web server is not installed", hint="Install it: pip install 'automagic[web]'."
        ) from error
    return granian


def rules_of(place: ServedPlace, home: Path) -> AccessRules:
    """Who may ask; makes the token where one is asked for."""
    token = find_token(home) if place.asks or not place.loopback else ""
    anywhere = place.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not listened on
    own = [] if anywhere else [f"[{place.host}]" if ":" in place.host else place.host]
    folders = tuple(map(Path, place.folders))
    return AccessRules(token, (*own, *place.hosts), home if token else None, folders)


def _try_to_listen(place: ServedPlace) -> None:
    """Granian tells only its log why it could not listen.

    Raises:
        RequestError: Nothing can listen there.
    """
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise RequestError(
            f"nothing can listen at {place.host}, port {place.port}: {why}", hint="Give another --port or --host."
        ) from error


def _raise_file_limit() -> None:
    """Each connection is an open file, and 1,024 of them are soon taken."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):  # as many as there are
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    """`automagic worker` beside the server. It finishes or hands back its jobs as at its own SIGTERM."""
    with subprocess.Popen([sys.executable, "-m", "automagic", "worker"]) as child:
        try:
            yield
        finally:
            child.send_signal(signal.SIGTERM)
