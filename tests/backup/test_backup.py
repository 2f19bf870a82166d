"""`automagic backup` and `automagic restore`: a home as one file, and what archives may not do."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import signal
import sqlite3
import tarfile
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.backup.archive import FORM, FORM_WITH_MEDIA, HEAD_NAME, MANIFEST_NAME, ArchiveMember, check_names
from automagic.backup.restore import restore_home
from automagic.backup.save import BackupScope, Saved, save_home
from automagic.database.revisions import NewerVersion
from automagic.errors import AutomagicError, RequestError, ResourceError
from automagic.store.artifacts import ArtifactStore
from tests.support.processes.command_line import Command
from tests.support.processes.python_programs import start
from tests.support.processes.vendor_shell import QUICK, World

Members = Iterable[tuple[tarfile.TarInfo, bytes]]


def save(home: Path, target: Path, **choice: object) -> Saved:
    return save_home(home, target, BackupScope(**choice), needed=lambda _home: ())  # type: ignore[arg-type]  # as it is called


def file(name: str, content: bytes = b"") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info, content


def other(name: str, kind: bytes, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, b""


def head(**different: object) -> tuple[tarfile.TarInfo, bytes]:
    facts = {"form": FORM, "version": "1", "revision": "", "made_at": 0.0} | different
    return file(HEAD_NAME, json.dumps(facts).encode())


def manifest(*members: tuple[tarfile.TarInfo, bytes]) -> tuple[tarfile.TarInfo, bytes]:
    entries = [
        {"name": info.name, "size_bytes": info.size, "sha256": hashlib.sha256(data).hexdigest()}
        for info, data in members
    ]
    return file(MANIFEST_NAME, json.dumps(entries).encode())


def pack(path: Path, *members: tuple[tarfile.TarInfo, bytes], complete: bool = True) -> Path:
    """A backup of these; with `complete`, between a head and a manifest that fits them."""
    if complete:
        members = (head(), *members)
        members = (*members, manifest(*members))
    with tarfile.open(path, "w") as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return path


# ---------------------------------------------------------------------------------------------- there and back


@pytest.mark.usefixtures("small_frames")
def test_a_restored_home_makes_nothing_again_and_buys_nothing_again(tmp_path: Path) -> None:
    world = World()
    with world.open(tmp_path) as shell:
        command = ("--now", "--script", "script.md", *QUICK, "--json", "--narrator", "elevenlabs")
        shell.run(*command)
        bill = world.bill
        assert bill == {"speech": 2}
        assert "2 bought answers" in shell.run("backup", "bought.tar").stdout
        shell.run("backup", "all.tar", "--artifacts", "--results")
        for archive, is_all in (("all.tar", True), ("bought.tar", False)):
            shell.home.rename(tmp_path / f"before {archive}")
            shell.run("restore", archive)
            steps = shell.run(*command).json["steps"]
            assert (steps["miss"] == 0) is is_all
            assert world.bill == bill
        assert len(list((tmp_path / "before bought.tar" / "results").glob("*/video.mp4"))) == 1


def test_a_backup_holds_what_cannot_be_made_again_and_no_secret_that_was_not_asked_for(
    filled: ArtifactStore, home: Path, tmp_path: Path
) -> None:
    (home / "schedules.toml").write_text("[news]\n")
    (home / "own theme").mkdir()
    (home / "own theme" / "theme.toml").write_text("x = 1\n")
    (home / "credentials").mkdir()
    (home / "accounts").mkdir()
    for name in ("credentials/key.pem", "youtube-token.json", "accounts/x.json"):
        (home / name).write_text("secret")
    for name in ("models/piper/voice.onnx", "logs/automagic.log", "responses/cache.db", "work/x.lock"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("large")
    (home / "link").symlink_to("/etc/passwd")
    (tmp_path / ".env").write_text("OPENAI_API_KEY=secret\n")
    (tmp_path / ".env.production").write_text("OPENAI_API_KEY=another\n")
    (home / "restored.env.staging").write_text("OPENAI_API_KEY=a third\n")
    saved = save(home, tmp_path / "plain.tar", env=(tmp_path / ".env", tmp_path / ".env.production"))
    assert saved.left_out == (str(home / "link"),)
    assert (tmp_path / "plain.tar").stat().st_mode & 0o777 == 0o600
    with tarfile.open(tmp_path / "plain.tar") as tar:
        assert tar.getnames() == [HEAD_NAME, "automagic.db", "own theme/theme.toml", "schedules.toml", MANIFEST_NAME]
    save(home, tmp_path / "secret.tar", secrets=True, env=(tmp_path / ".env", tmp_path / ".env.production"))
    restored = restore_home(tmp_path / "secret.tar", tmp_path / "new")
    assert restored.env == tmp_path / "new" / "restored.env"
    assert restored.env.read_text() == "OPENAI_API_KEY=secret\n"
    assert (tmp_path / "new" / "restored.env.production").read_text() == "OPENAI_API_KEY=another\n"
    assert (tmp_path / "new" / "restored.env.staging").exists()
    assert (tmp_path / "new" / "credentials" / "key.pem").read_text() == "secret"
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "new").rglob("*")}
    assert modes == {0}


def test_a_home_is_saved_while_others_write_to_it(filled: ArtifactStore, home: Path, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        with contextlib.closing(sqlite3.connect(home / "automagic.db", timeout=30)) as connection:
            number = 0
            while not done.is_set():
                number += 1
                with connection:
                    connection.executemany(
                        "INSERT INTO call_steps (step_key, key) VALUES (?, ?)",
                        [(f"{number}", f"{half}") for half in "ab"],
                    )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            save(home, tmp_path / f"{number}.tar")
            restore_home(tmp_path / f"{number}.tar", tmp_path / f"new {number}")
            with contextlib.closing(sqlite3.connect(tmp_path / f"new {number}" / "automagic.db")) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                odd = "SELECT count(*) FROM (SELECT 1 FROM call_steps GROUP BY step_key HAVING count(*) <> 2)"
                assert connection.execute(odd).fetchone() == (0,)
    finally:
        done.set()
        writer.join()


# ---------------------------------------------------------------------------------------------- what is refused


def test_what_cannot_be_saved_is_refused_in_words(automagic: Command, home: Path, empty_database: bytes) -> None:
    assert "nothing to save" in automagic("backup", "x.tar", code=2)[1]
    (home / "automagic.db").write_bytes(empty_database)
    assert "no folder" in automagic("backup", "none/x.tar", code=2)[1]
    assert "cannot be stored inside the AUTOMAGIC_HOME" in automagic("backup", "home/x.tar", code=2)[1]
    automagic("backup", "x.tar")
    assert "already exists" in automagic("backup", "x.tar", code=2)[1]
    assert "not empty" in automagic("restore", "x.tar", code=2)[1]
    (home / "automagic.db").write_bytes(empty_database[:4096] + bytes(4096) + empty_database[8192:])
    assert "damaged" in automagic("backup", "y.tar", code=3)[1]
    assert sorted(path.name for path in home.parent.iterdir() if "tar" in path.name) == ["x.tar"]


def test_a_database_on_a_server_is_left_to_its_own_tools(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from automagic.cli.main import run

    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hidden@db.example/automagic")
    assert run(["backup", "x.tar"]) == 3
    said = capsys.readouterr().err
    assert "pg_dump" in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    "members",
    [
        [file("../outside")],
        [file("/tmp/outside")],
        [file("a/../../outside")],
        [file("a//b")],
        [file("models/voice.onnx")],
        [file("artifacts/ab/" + "ab" * 32, b"not that content")],
        [file("artifacts/x")],
        [file("a\\b")],
        [file("a\nb")],
        [file("same"), file("same")],
        [file("a"), file("a/b")],
        [other("link", tarfile.SYMTYPE, "/etc/passwd")],
        [other("link", tarfile.LNKTYPE, "backup.json")],
        [other("pipe", tarfile.FIFOTYPE)],
        [other("device", tarfile.CHRTYPE)],
        [other("folder", tarfile.DIRTYPE)],
        [file("x" * 300)],
    ],
    ids=lambda members: repr(members[-1][0].name[:20] + members[-1][0].type.decode()),
)
def test_an_archive_that_would_reach_elsewhere_leaves_nothing(
    tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]]
) -> None:
    pack(tmp_path / "bad.tar", *members)
    with pytest.raises(RequestError, match="not a valid backup"):
        restore_home(tmp_path / "bad.tar", tmp_path / "deep" / "new")
    assert [path.name for path in tmp_path.iterdir() if path.name != "deep"] == ["bad.tar"]
    assert not list((tmp_path / "deep").glob("*"))


def test_an_archive_that_does_not_hold_what_it_says_leaves_nothing(tmp_path: Path) -> None:
    one = file("schedules.toml", b"x = 1")
    larger = file("schedules.toml", b"x = 1" * 1000)
    other_content = file("schedules.toml", b"x = 2")
    cases: list[Members] = [
        [],
        [one],
        [head()],
        [head(), one],
        [head(), one, manifest(head())],
        [head(), one, manifest(head(), larger)],
        [head(), one, manifest(head(), other_content)],
        [head(), one, manifest(head(), one), file("more")],
        [head(), file(MANIFEST_NAME, b"[" * 100_000)],
        [file(HEAD_NAME, b"{}"), manifest()],
    ]
    for number, members in enumerate(cases):
        archive = pack(tmp_path / f"{number}.tar", *members, complete=False)
        with pytest.raises(RequestError, match="not a valid backup"):
            restore_home(archive, tmp_path / "new")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RequestError, match="a pipe"):
        restore_home(tmp_path / "pipe", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("different", [{"form": FORM_WITH_MEDIA + 1}, {"revision": "9999"}], ids=str)
def test_a_backup_of_a_newer_version_is_refused_in_words(
    automagic: Command, tmp_path: Path, different: dict[str, object]
) -> None:
    one = head(**different, version="7.0")
    pack(tmp_path / "new.tar", one, manifest(one), complete=False)
    _, said = automagic("restore", "new.tar", code=3)
    assert "AutoMagic 7.0" in said
    assert "written by a newer version" in said


def test_a_database_of_another_version_than_the_backup_says_is_refused(
    home: Path, empty_database: bytes, tmp_path: Path
) -> None:
    (home / "automagic.db").write_bytes(empty_database)
    with contextlib.closing(sqlite3.connect(home / "automagic.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerVersion):
        save(home, tmp_path / "x.tar")
    pack(tmp_path / "lies.tar", file("automagic.db", (home / "automagic.db").read_bytes()))
    with pytest.raises(NewerVersion):
        restore_home(tmp_path / "lies.tar", tmp_path / "new")
    pack(tmp_path / "noise.tar", file("automagic.db", b"noise" * 1000))
    with pytest.raises(RequestError, match="not a valid backup"):
        restore_home(tmp_path / "noise.tar", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@settings(max_examples=40)
@given(st.data())
def test_a_damaged_archive_is_refused_or_restores_what_was_saved(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(pack(folder / "x.tar", file("schedules.toml", b"x = 1\n" * 200)).read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[place] = data.draw(st.integers(0, 255))
    (folder / "x.tar").write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with contextlib.suppress(AutomagicError):
        restore_home(folder / "x.tar", folder / "new")
        assert (folder / "new" / "schedules.toml").read_bytes() == b"x = 1\n" * 200
    assert {path.name for path in folder.iterdir()} <= {"x.tar", "new"}


@settings(max_examples=40)
@given(st.text(max_size=40))
def test_no_name_leads_out_of_the_home(name: str) -> None:
    with contextlib.suppress(RequestError, UnicodeError):
        check_names((ArchiveMember(name, 0, "0" * 64),))
        assert (Path("/home") / name).resolve().is_relative_to("/home")
        assert (Path("/home") / name).resolve() != Path("/home")


# ---------------------------------------------------------------------------------------------- what is interrupted


KILLED = """
import os, pathlib, signal, sys
from automagic.backup import archive, restore, save
from automagic.backup.save import BackupScope, save_home
home, target, what = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
if what == "save":
    save.ArchiveWriter.close = die
    save_home(home, target, BackupScope(), needed=lambda _: ())
restore._put = die
restore.restore_home(target, home)
"""


def test_a_killed_backup_or_restore_leaves_no_half_and_the_next_one_cleans_up(
    filled: ArtifactStore, home: Path, tmp_path: Path
) -> None:
    def kill(*arguments: str) -> None:
        with start("-c", KILLED, *arguments, cwd=tmp_path) as process:
            assert process.wait(60) == -signal.SIGKILL

    target, new = tmp_path / "x.tar", tmp_path / "new"
    kill(str(home), str(target), "save")
    assert not target.exists()
    assert len(list(tmp_path.glob(".x.tar.*.partial"))) == 1
    save(home, target)
    assert not list(tmp_path.glob(".x.tar.*"))
    kill(str(new), str(target), "restore")
    assert not new.exists()
    assert len(list(tmp_path.glob(".new.*.partial"))) == 1
    restore_home(target, new)
    assert not list(tmp_path.glob(".new.*"))


def test_a_full_disk_is_said_and_leaves_nothing(
    filled: ArtifactStore, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(home, tmp_path / "x.tar")
    full = OSError(errno.ENOSPC, "No space left on device")

    def refuse(*_: object) -> None:
        raise full

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", refuse)
        with pytest.raises(ResourceError, match="full"):
            save(home, tmp_path / "y.tar")
        with pytest.raises(ResourceError, match="full"):
            restore_home(tmp_path / "x.tar", tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "x.tar"]


def test_a_damaged_file_of_the_store_is_told_and_not_saved(filled: ArtifactStore, home: Path, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("one")
    made = filled.add(tmp_path / "one.txt", "text/plain")
    with filled.engine.begin() as connection:
        filled.record_files(connection, [made])
    filled.path_of(made).write_text("two")
    saved = save_home(home, tmp_path / "x.tar", BackupScope(), needed=lambda _: [made.sha256])
    assert (saved.missing, saved.artifacts) == (1, 0)
    restore_home(tmp_path / "x.tar", tmp_path / "new")
    assert not (tmp_path / "new" / "artifacts").exists()
