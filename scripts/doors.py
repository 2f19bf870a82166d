"""Which modules read files, TOML or JSON by their own means, beside the doors for them.

A person's file ─▶ automagic.reading.named_files     TOML ─▶ automagic.reading.toml     JSON ─▶ automagic.reading.json

A read that is not through a door is found by how it is written, so it needs a reason here: whose files they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

PARSERS = {
    "automagic.reading.toml": {"tomllib"},
    "automagic.data": {"tomllib"},
    "automagic.reading.json": {"json.loads", "json.JSONDecoder", "msgspec.json.decode"},
    "automagic.reading.repeated_keys": {"json.JSONDecoder"},
}
"""Who may use what parses."""

OWN_READERS: dict[str, str] = {
    "the door for files": "reading.named_files",
    "the system's own": """
        machine.container cli.main machine.logs monitor.resources gate.leases""",
    "shipped with the package, or installed and checked by its hash": """
        data language.names.file language.script.not_narrated media.design.fonts
        media.design.platforms weights.model_files gate.prices products.clips.contact_sheet
        products.archive.checking.page products.ads.preview.page
        products.posts.learning.page products.ads.specs.table
        providers.local.kokoro.engine providers.local.kokoro.graph
        providers.local.piper.engine providers.local.shared.sentence_vectors web.handlers.choices web.pages.assets""",
    "written by ourselves in AUTOMAGIC_HOME": """
        destinations.shared.kept_accounts destinations.youtube.google_oauth
        jobs.queue.leases jobs.queue.overview machine.lock_files
        media.credentials.certificate monitor.alerts store.digests machine.private_files
        backup.save backup.restore backup.partial web.access.callers web.access.sessions web.access.tokens
        web.uploads""",
    "made or fetched by ourselves in this run, or kept under its hash": """
        media.sound.extraction media.video.probe media.credentials.provenance media.quality.picture
        media.sound.stems gate.journal store.blobs store.artifacts products.clips.steps stages.look
        products.clips.podcast providers.pexels.api providers.shared.pictures media.design.cards.layers
        sources.recordings products.posts.learning.author products.posts.writing.steps
        gate.downloads media.video.pieces stages.archive.fetching.pieces
        stages.archive.fetching.sound_only products.ads.making.folder
        products.archive.exporting.bag store.transcripts""",
    "results of ours, which are looked at before: plain files, by a manifest": """
        destinations.folder.copies destinations.mastodon.media destinations.webhook.delivery
        destinations.youtube.channel destinations.youtube.upload
        store.inventory stages.result_folder""",
}
"""The reason → the modules of the package that may read files by their own means."""

_LIBRARIES = {"av", "wave", "Image", "tarfile", "self", "cls"}
"""What has an `open` that is no file's, or is given what was opened."""


def find_faults(trees: Mapping[str, ast.AST]) -> Iterator[str]:
    """Each read that goes by no door, and each reason that nothing needs.

    Args:
        trees: The code of each module, by its whole name.
    """
    allowed = {f"automagic.{name}" for names in OWN_READERS.values() for name in names.split()}
    readers = set()
    for module, tree in trees.items():
        for line, what in _find_parsers(tree):
            if what not in PARSERS.get(module, set()):
                yield f"{module}:{line}: {what} is used; read TOML with reading.toml and JSON with reading.json"
        reads = list(_find_reads(tree))
        readers |= {module} if reads else set()
        if module not in allowed:
            for line, what in reads:
                yield f"{module}:{line}: {what} reads a file; use reading.named_files, or say in doors.py whose it is"
    for module in sorted(allowed - readers):
        yield f"scripts/doors.py: {module} reads no file: take it out"


def _find_parsers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names if alias.name in ("tomllib", "yaml", "orjson", "simplejson")]
        elif isinstance(node, ast.ImportFrom):
            found = [
                node.module if node.module == "tomllib" else f"{node.module}.{alias.name}"
                for alias in node.names
                if node.module in ("tomllib", "json", "msgspec.json") and alias.name not in ("dumps", "dump", "encode")
            ]
        elif isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            parses = name in ("json.load", "json.loads", "json.JSONDecoder", "msgspec.json.decode")
            found = [name] if parses or name in ("msgspec.json.Decoder", "msgspec.toml", "msgspec.yaml") else []
        else:
            continue
        yield from ((node.lineno, name) for name in found)


def _find_reads(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Calls of `open` for reading, on a path, by `os` or built in, and of `read_text` and `read_bytes`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        before, _, name = called.rpartition(".")
        if name in ("read_text", "read_bytes") and before:
            yield node.lineno, f".{name}()"
        elif called in ("open", "io.open", "os.open"):
            yield node.lineno, f"{called}()"
        elif name == "open" and before not in _LIBRARIES and _is_for_reading(node):
            yield node.lineno, ".open()"


def _is_for_reading(call: ast.Call) -> bool:
    """Whether a method called `open` is given a mode of reading: those of our own classes are given none."""
    given = [*call.args, *(word.value for word in call.keywords)]
    modes = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    writes = any(mode.startswith(("w", "a", "x")) and len(mode) <= 3 for mode in modes)
    texts = any(word.arg == "encoding" for word in call.keywords)
    return not writes and (texts or any(mode.startswith("r") and len(mode) <= 3 for mode in modes))
