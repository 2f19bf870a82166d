"""A person's command line whose internet is the test servers. What the tests of whole runs with vendors share.

`Internet` leads a run from the vendors' own addresses to ours by HTTPS_PROXY, so that it pays: a server that is named
as one of this machine costs nothing.
"""

from __future__ import annotations

import collections
import contextlib
import io
import json
import os
import sqlite3
import ssl
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from automagic.cli import main
from tests.support.processes.python_programs import Program, start
from tests.support.servers.anthropic import AnthropicServer
from tests.support.servers.base import VendorServer
from tests.support.servers.elevenlabs import ElevenLabsServer
from tests.support.servers.gemini import GeminiServer
from tests.support.servers.internet import Internet
from tests.support.servers.openai import OpenAIServer
from tests.support.servers.youtube import YouTubeServer

KEY = "test-key-not-secret"
WRONG_KEY = "wr0ng-key-that-nobody-may-ever-see"
KEYS = {f"{name}_API_KEY": KEY for name in ("OPENAI", "ANTHROPIC", "GEMINI", "ELEVENLABS", "PEXELS")}
QUICK = ("--draft", "--platform", "square", "--music", "none", "--no-credentials", "--out", "out")
SCRIPT = "# The sea\n\nWaves return today.\n\nRocks wait here.\n"
"""Two scenes of three words."""


@dataclass
class Result:
    """What a command answered."""

    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    @property
    def notes(self) -> list[str]:
        return [line for line in self.stderr.splitlines() if line.startswith("Note: ")]


@dataclass
class Shell:
    """A person's own folder, and the command line in it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        own = {"AUTOMAGIC_HOME": str(self.home), "COLUMNS": "80", "RATE_LIMIT_RPM": "100000"}
        return own | self.environment | more

    def start(self, *arguments: str, **more: str) -> Program:
        """The command line as a process, which can be killed."""
        kept = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()}
        return start("-m", "automagic", *arguments, cwd=self.folder, environment=kept | self._environment(more))

    def run(self, *arguments: str, code: int = 0, **more: str) -> Result:
        """The command line in this process: a new interpreter costs more than many a run."""
        stdout, stderr = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if "PROXY" in name.upper()]:
                patch.delenv(name)
            for name, value in self._environment(more).items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            # aiohttp reads SSL_CERT_FILE when it is imported, which was long ago.
            patch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context())
            with (
                contextlib.redirect_stdout(stdout),
                contextlib.redirect_stderr(stderr),
                warnings.catch_warnings(action="ignore"),  # as for everybody who runs it
            ):
                ended = main.run(list(arguments))
        result = Result(stdout.getvalue(), stderr.getvalue())
        assert ended == code, f"exit {ended}\n{result.stdout[-2000:]}\n{result.stderr[-4000:]}"
        assert "Traceback" not in result.stderr
        assert "CancelledError" not in result.stderr
        return result

    def read(self, name: str) -> Any:
        return json.loads((self.folder / "out" / name).read_text("utf-8"))

    def journal(self, columns: str, where: str = "1") -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.home / "automagic.db")) as connection:
            return connection.execute(f"SELECT {columns} FROM vendor_calls WHERE {where}").fetchall()  # noqa: S608

    def files_with(self, text: str) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


class PublicYouTube(YouTubeServer):
    """Its upload addresses are those that the world sees."""

    @property
    def url(self) -> str:
        return "https://youtube.googleapis.com"


@dataclass
class World:
    """Every vendor, at its own address."""

    openai: OpenAIServer = field(default_factory=OpenAIServer)
    anthropic: AnthropicServer = field(default_factory=AnthropicServer)
    gemini: GeminiServer = field(default_factory=GeminiServer)
    elevenlabs: ElevenLabsServer = field(default_factory=ElevenLabsServer)
    youtube: PublicYouTube = field(default_factory=PublicYouTube)

    @property
    def servers(self) -> dict[str, VendorServer]:
        return {
            "api.openai.com": self.openai,
            "api.anthropic.com": self.anthropic,
            "generativelanguage.googleapis.com": self.gemini,
            "api.elevenlabs.io": self.elevenlabs,
            "youtube.googleapis.com": self.youtube,
            "oauth2.googleapis.com": self.youtube,
        }

    @property
    def calls(self) -> int:
        return sum(len(server.calls) for server in set(self.servers.values()))

    @property
    def bill(self) -> dict[str, int]:
        """What all vendors together would charge for."""
        billed = [call.billed for server in set(self.servers.values()) for call in list(server.calls) if call.billed]
        return dict(collections.Counter(billed))

    @contextlib.contextmanager
    def open(self, folder: Path) -> Iterator[Shell]:
        """A command line in `folder`, with a key for each."""
        with contextlib.ExitStack() as stack:
            for server in set(self.servers.values()):
                stack.enter_context(server)
            internet = stack.enter_context(Internet(self.servers))
            (folder / "script.md").write_text(SCRIPT)
            yield Shell(folder, internet.environment | KEYS)


def told(*scenes: str, title: str = "The sea", paragraphs: tuple[int, ...] = ()) -> dict[str, Any]:
    """What a language model answers."""
    return {
        "title": title,
        "scenes": [
            {"sentences": [{"text": text, "paragraphs": list(paragraphs)}], "picture": f"A picture for: {text}"}
            for text in scenes
        ],
    }


def until(condition: Callable[[], object], *, process: subprocess.Popen[str] | None = None) -> None:
    """Wait for it, or for the process to end."""
    deadline = time.monotonic() + 60
    while not condition() and (process is None or process.poll() is None):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
