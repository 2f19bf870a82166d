"""A home that an older version filled, and what the present code makes of it: what is found again, what is lost.

    python scripts/old_home.py make CHECKOUT PYTHON FOLDER     fill FOLDER/home with the version in CHECKOUT
    python scripts/old_home.py check CHECKOUT FOLDER           run the present code on a copy of it; exit 1 for a loss

CHECKOUT is a working tree of the older commit, and PYTHON an interpreter that has what it needs. The vendors are test
servers on loopback at the vendors' own addresses, so that what is bought is on a bill: a writer, an illustrator, a
ranker and a transcriber by OpenAI's protocol, a narrator by ElevenLabs'.

    FOLDER/home       a finished video, finished clips with and without a transcript, bought answers, a finished,
                      a failed and two queued jobs, schedules of which one has fired
    FOLDER            the article, the script and the recording that they were made from, schedules.toml
    FOLDER/out        the results

The same commands may miss steps whose version was raised since, and what follows from those. Nothing may be bought
again: bought answers are found by what was asked of the vendor.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.servers.base import Fault, VendorServer  # noqa: E402
from tests.support.servers.elevenlabs import ElevenLabsServer  # noqa: E402
from tests.support.servers.internet import Internet  # noqa: E402
from tests.support.servers.openai import OpenAIServer  # noqa: E402

ARTICLE = """# Why the sea is salt

Rain takes a little salt from the rocks and carries it to the sea.

The sun takes the water back into the air and leaves the salt behind.

Rivers have done this for 3,800 million years.
"""
SCRIPTS = {
    "done.md": "# The sea\n\nWaves return today.\n\nRocks wait here.\n",
    "failing.md": "# The hill\n\nWind moves the grass.\n\nStones stay below.\n",
    "waiting.md": "# The wood\n\nTrees grow slowly.\n\nBirds rest above.\n",
}
TALK = (
    "Why does bread rise?",
    "Because yeast eats sugar and makes gas.",
    "The gas is caught in the dough, and the dough grows to twice its size.",
)
HEARD = " ".join(TALK)

LOOK = ("--draft", "--platform", "square", "--music", "none", "--no-credentials")
VENDORS = ("--illustrator", "openai", "--narrator", "elevenlabs")
CUT = ("--min", "3", "--max", "9", "--max-clips", "1", "--platform", "square", "--no-credentials", "--ranker", "openai")
COMMANDS = {
    "video": (
        *("--now", "--source", "article.md", "--writer", "openai", "--duration", "15"),
        *(*LOOK, *VENDORS, "--out", "out/video", "--json"),
    ),
    "clips": ("clips", "talk.mp4", "--transcript", "talk.json", *CUT, "--out", "out/clips", "--json"),
    "clips, heard": ("clips", "talk.mp4", "--transcriber", "openai", *CUT, "--out", "out/heard", "--json"),
}
"""What was made, and is asked for again."""

ENDS = (0, 7)
"""How a command may end: the words that the transcriber tells do not lie where the talk has them, so that the clip of
them is set aside as rejected."""

JOB = ("jobs", "add", "video", *LOOK, *VENDORS, "--json")
READING = (
    ("--status",), ("--metrics",), ("jobs", "list"), ("schedule", "list"), ("spend",), ("--cleanup", "--dry-run"),
)  # fmt: skip

Bill = collections.Counter[str]


@dataclass
class Place:
    """A person's folder, the vendors, and the version of the program that is used.

    Attributes:
        python: The interpreter, and with it the packages.
        code: The checkout whose `automagic` runs.
    """

    folder: Path
    python: str
    code: Path
    openai: OpenAIServer = field(default_factory=OpenAIServer)
    elevenlabs: ElevenLabsServer = field(default_factory=ElevenLabsServer)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def servers(self) -> dict[str, VendorServer]:
        return {"api.openai.com": self.openai, "api.elevenlabs.io": self.elevenlabs}

    @property
    def bill(self) -> Bill:
        """What the vendors would charge for, so far."""
        return Bill(call.billed for server in self.servers.values() for call in list(server.calls) if call.billed)

    @contextlib.contextmanager
    def open(self) -> Iterator[Place]:
        """With the vendors at their addresses."""
        with contextlib.ExitStack() as stack:
            for server in self.servers.values():
                stack.enter_context(server)
            internet = stack.enter_context(Internet(self.servers))
            kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
            self.environment = kept | internet.environment
            self.environment |= {
                "AUTOMAGIC_HOME": str(self.home),
                "PYTHONPATH": str(self.code),
                "OPENAI_API_KEY": "test-key-not-secret",
                "ELEVENLABS_API_KEY": "test-key-not-secret",
                "RATE_LIMIT_RPM": "100000",
                "VIDEO_PRESET": "ultrafast",
                "COLUMNS": "80",
            }
            yield self

    def run(self, *arguments: str) -> Any:
        """One command; gives its JSON document, or what it printed.

        Raises:
            Lost: It ended with another code, or with a traceback.
        """
        done = subprocess.run(
            [self.python, "-m", "automagic", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            check=False,
            text=True,
        )
        if done.returncode not in ENDS or "Traceback" in done.stderr:
            raise Lost(f"automagic {' '.join(arguments)}: exit {done.returncode}\n{done.stderr[-1500:]}")
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    def ask(self, question: str, *parameters: str) -> list[Any]:
        """Rows of the home's database."""
        with contextlib.closing(sqlite3.connect(self.home / "automagic.db")) as connection:
            return connection.execute(question, parameters).fetchall()


class Lost(Exception):
    """Something of the older version that the present one cannot use."""


# ---------------------------------------------------------------------------------------------- making


def make(checkout: Path, python: str, folder: Path) -> None:
    """Fill `folder` with the version in `checkout`. Takes a minute or two."""
    folder.mkdir(parents=True)
    (folder / "article.md").write_text(ARTICLE)
    for name, text in SCRIPTS.items():
        (folder / name).write_text(text)
    _film(folder)
    with Place(folder, python, checkout).open() as place:
        for name, command in COMMANDS.items():
            place.openai.hear(*[HEARD] * ("heard" in name))
            _tell(name, place.run(*command)["steps"])
        place.run(*JOB, "--script", "done.md", "--key", "done")
        place.run("worker", "--drain")
        place.run(*JOB, "--script", "failing.md", "--key", "failing")
        place.elevenlabs.fail(Fault(status=401), times=50)
        place.run("worker", "--drain")
        place.elevenlabs.recover()
        place.run(*JOB, "--script", "waiting.md", "--key", "waiting")
        place.run("schedule", "add", "news", "--cron", "0 9 1 1 *", "--topic", "Moss", "--topic", "Fern")
        place.run("schedule", "add", "weekly", "--every", "7d", "--queue", "ideas")
        place.run("schedule", "queue", "ideas", "--add", "Lichen")
        place.run("schedule", "fire", "news")
        _tell("jobs", {job["id"]: job["state"] for job in place.run("jobs", "list", "--json")["jobs"]})
        _tell("bought", dict(place.bill))


def _film(folder: Path) -> None:
    """A person who says TALK, as talk.mp4, and talk.json, its transcript."""
    from tests.support.media.filmed_talks import film_talk

    asyncio.run(film_talk(folder, TALK, "talk"))


# ---------------------------------------------------------------------------------------------- checking


def check(checkout: Path, folder: Path) -> list[str]:
    """Use a copy of `folder` with the present code, as its owner would after an update; gives what was lost."""
    lost: list[str] = []
    raised = _raised(checkout)
    _tell("versions raised", ", ".join(sorted(raised)) or "none")
    with tempfile.TemporaryDirectory(prefix="old-home-") as scratch:
        copy = Path(shutil.copytree(folder, Path(scratch) / "person", symlinks=True))
        with Place(copy, sys.executable, ROOT).open() as place:
            for part in (_read, _make_again, _work, _read, _bring_away):
                try:
                    lost += part(place, raised)
                except Lost as loss:
                    lost.append(str(loss))
    return lost


def _raised(checkout: Path) -> set[str]:
    """The steps whose version is another one now."""

    def versions(root: Path) -> dict[str, int]:
        steps = json.loads((root / "tests" / "steps.lock.json").read_text())
        return {name: step["version"] for name, step in steps.items()}

    now = versions(ROOT)
    return {name for name, version in versions(checkout).items() if now.get(name) != version}


def _read(place: Place, _raised: set[str]) -> list[str]:
    """What only reads."""
    for command in READING:
        place.run(*command)
        place.run(*command, "--json")
    _tell("read", ", ".join(" ".join(command) for command in READING))
    return []


def _make_again(place: Place, raised: set[str]) -> list[str]:
    """The same commands: nothing is bought; the second time nothing is made either."""
    lost = []
    for name, command in COMMANDS.items():
        before = place.bill
        place.openai.hear(*[HEARD] * ("heard" in name))
        done = place.run(*command)
        bought = place.bill - before
        rows = place.ask("SELECT name, hit FROM run_steps WHERE run_id = ?", done["run_id"])
        misses = collections.Counter(step for step, hit in rows if not hit)
        own = {step: count for step, count in misses.items() if step in raised}
        after = {step: count for step, count in misses.items() if step not in raised}
        _tell(name, {"hit": sum(hit for _, hit in rows), "raised": own, "following": after, "bought": dict(bought)})
        again = place.run(*command)["steps"]
        if bought:
            lost.append(f"{name}: bought again: {dict(bought)}")
        if misses and not own:
            lost.append(f"{name}: made again, though no version was raised: {dict(after)}")
        if again["miss"]:
            lost.append(f"{name}: the second time, {again['miss']} steps were made again")
    return lost


def _work(place: Place, _raised: set[str]) -> list[str]:
    """Queued jobs run, the failed one can be tried again, the finished one fetched."""
    place.run("jobs", "retry", "failing")
    place.run("schedule", "fire", "weekly")
    before = place.bill
    place.run("worker", "--drain")
    place.run("jobs", "fetch", "done", "--out", "out/fetched")
    states = {job["id"]: job["state"] for job in place.run("jobs", "list", "--json")["jobs"]}
    _tell("jobs", states)
    _tell("bought for what waited", dict(place.bill - before))
    return [f"job {job}: {state}" for job, state in states.items() if state != "succeeded"]


def _bring_away(place: Place, _raised: set[str]) -> list[str]:
    """A home that is restored from a backup knows what the saved one knew."""
    lost = []
    before = place.bill
    for archive, flags in {"bought.tar": (), "all.tar": ("--artifacts", "--results", "--secrets")}.items():
        place.run("backup", archive, *flags)
        place.home.rename(place.folder / f"home before {archive}")
        place.run("restore", archive)
        for name, command in COMMANDS.items():
            steps = place.run(*command)["steps"]
            _tell(f"{name}, of {archive}", steps)
            if "--artifacts" in flags and steps["miss"]:
                lost.append(f"{name}: {steps['miss']} steps were made again though {archive} has all artifacts")
    if bought := place.bill - before:
        lost.append(f"bought again after a restore: {dict(bought)}")
    return lost


def _tell(what: str, value: object) -> None:
    sys.stdout.write(f"{what}: {value if isinstance(value, str) else json.dumps(value)}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """See the module's docstring."""
    match arguments:
        case ["make", checkout, python, folder]:
            make(Path(checkout).resolve(), python, Path(folder).resolve())
            return 0
        case ["check", checkout, folder]:
            lost = check(Path(checkout).resolve(), Path(folder).resolve())
            for line in lost:
                _tell("LOST", line)
            return 1 if lost else 0
    sys.stderr.write(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
