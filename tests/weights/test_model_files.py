"""Models are found, proven and kept; whatever is wrong with a file, it is never used."""

from __future__ import annotations

import datetime
import hashlib
import http.server
import json
import multiprocessing
import os
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from typer.testing import CliRunner

from automagic.data import shipped
from automagic.errors import ConfigurationError, RequestError
from automagic.weights import model_files as models

ONE, TWO = os.urandom(3000), os.urandom(2000)
ALONE = os.urandom(500)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def manifest_text(base_url: str = "https://hub.invalid") -> str:
    return f"""
[tiny]
title = "A tiny model"
licence = "CC0-1.0"
note = "Only for tests."
required = true

[[tiny.files]]
name = "joined.bin"
sha256 = "{sha256(ONE + TWO)}"
size_bytes = {len(ONE + TWO)}
packages = ["tiny_model_one:part.bin", "tiny_model_two:data/part.bin"]
url = "{base_url}/joined.bin"

[[tiny.files]]
name = "alone.bin"
sha256 = "{sha256(ALONE)}"
size_bytes = {len(ALONE)}
packages = ["tiny_model_one:alone.bin"]
url = "{base_url}/alone.bin"
"""


@pytest.fixture
def use_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Replace the product's manifest by another text."""

    def use(text: str) -> None:
        path = tmp_path / "models.toml"
        path.write_text(text)
        monkeypatch.setattr(models, "MANIFEST", path)
        models.manifest.cache_clear()

    yield use
    models.manifest.cache_clear()


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use_manifest: Callable[[str], None]) -> Path:
    """Two installed packages with the parts of a model; importing one would fail."""
    site = tmp_path / "site"
    for name, files in (
        ("tiny_model_one", {"part.bin": ONE, "alone.bin": ALONE}),
        ("tiny_model_two", {"data/part.bin": TWO}),
    ):
        for inside, data in files.items():
            path = site / name / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (site / name / "__init__.py").write_text("raise RuntimeError('a model package must not be imported')")
    monkeypatch.syspath_prepend(site)
    use_manifest(manifest_text())
    return site


def state(home: Path) -> str:
    return models.list_models(home)[0].state


def test_a_model_is_assembled_from_installed_packages(packages: Path, home: Path) -> None:
    assert state(home) == "available"
    folder = models.ensure_model(home, "tiny")
    assert folder == models.model_folder(home, "tiny") == home / "models" / "tiny"
    assert (folder / "joined.bin").read_bytes() == ONE + TWO
    assert (folder / "alone.bin").read_bytes() == ALONE
    assert state(home) == "ready"
    assert "tiny_model_one" not in sys.modules
    assert not list(folder.glob("*.partial"))
    assert not list(folder.glob(".*.partial"))


def test_a_single_file_is_linked_not_copied(packages: Path, home: Path) -> None:
    folder = models.ensure_model(home, "tiny")
    assert (folder / "alone.bin").stat().st_ino == (packages / "tiny_model_one/alone.bin").stat().st_ino


def test_a_verified_file_is_not_read_again(packages: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models.ensure_model(home, "tiny")
    reads: list[object] = []
    digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda *given: reads.append(given) or digest(*given))
    models.ensure_model(home, "tiny")
    models.list_models(home)
    assert not reads
    models.verify(home)
    assert len(reads) == 2


def test_a_changed_file_is_refused_and_install_mends_it(packages: Path, home: Path) -> None:
    folder = models.ensure_model(home, "tiny")
    wrong = bytearray(ONE + TWO)
    wrong[7] ^= 1
    (folder / "joined.bin").write_bytes(wrong)
    assert state(home) == "damaged"
    with pytest.raises(
        ConfigurationError, match=rf"joined\.bin.*{sha256(bytes(wrong))}.*{sha256(ONE + TWO)}"
    ) as caught:
        models.ensure_model(home, "tiny")
    assert "automagic models install tiny" in caught.value.hint
    assert [status.state for status in models.install(home, ["tiny"])] == ["ready"]
    assert (folder / "joined.bin").read_bytes() == ONE + TWO


def test_damage_that_keeps_size_and_time_is_found_by_verify(packages: Path, home: Path) -> None:
    path = models.ensure_model(home, "tiny") / "joined.bin"
    before = path.stat()
    wrong = bytearray(ONE + TWO)
    wrong[7] ^= 1
    path.write_bytes(wrong)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert state(home) == "ready"
    assert [status.state for status in models.verify(home)] == ["damaged"]


def test_a_touched_but_right_file_is_accepted(packages: Path, home: Path) -> None:
    folder = models.ensure_model(home, "tiny")
    os.utime(folder / "joined.bin", (1, 1))
    assert models.ensure_model(home, "tiny") == folder


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"joined.bin": 3}'])
def test_a_broken_stamp_means_reading_again(packages: Path, home: Path, stamp: str) -> None:
    folder = models.ensure_model(home, "tiny")
    (folder / models.STAMP).write_text(stamp)
    assert models.ensure_model(home, "tiny") == folder
    assert set(json.loads((folder / models.STAMP).read_text())) == {"joined.bin", "alone.bin"}


def test_a_package_with_other_content_is_refused(packages: Path, home: Path) -> None:
    (packages / "tiny_model_two/data/part.bin").write_bytes(bytes(len(TWO)))
    with pytest.raises(ConfigurationError, match="refused"):
        models.ensure_model(home, "tiny")
    assert not (models.model_folder(home, "tiny") / "joined.bin").exists()


def test_a_missing_model_says_what_to_run(home: Path, use_manifest: Callable[[str], None]) -> None:
    use_manifest(manifest_text().replace("tiny_model", "absent_model"))
    assert state(home) == "missing"
    with pytest.raises(ConfigurationError, match="not installed") as caught:
        models.ensure_model(home, "tiny")
    assert "automagic models install tiny" in caught.value.hint


def test_an_unknown_model_names_the_known(home: Path) -> None:
    with pytest.raises(RequestError) as caught:
        models.install(home, ["kokoro", "gpt"])
    assert "kokoro" in caught.value.hint
    assert not (home / "models").exists()


def test_a_home_that_cannot_be_written_is_explained(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="cannot be stored") as caught:
        models.ensure_model(tmp_path / "file", "tiny")
    assert "AUTOMAGIC_HOME" in caught.value.hint


def _ensure(home: str, manifest: str, site: str) -> None:
    sys.path.insert(0, site)
    models.MANIFEST = Path(manifest)
    models.manifest.cache_clear()
    models.ensure_model(Path(home), "tiny")


def test_two_processes_at_once_get_one_right_model(packages: Path, home: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    arguments = (str(home), str(tmp_path / "models.toml"), str(packages))
    processes = [context.Process(target=_ensure, args=arguments) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert [status.state for status in models.verify(home)] == ["ready"]


# ---------------------------------------------------------------------------------------------------- the hub


@pytest.fixture
def hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use_manifest: Callable[[str], None]
) -> Iterator[dict[str, bytes]]:
    """A local HTTPS server with its own certificate, which serves what the test puts into the dictionary."""
    served: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = served.get(self.path)
            if data is None:
                self.send_error(404)
            elif data.startswith(b"->"):
                self.send_response(302)
                self.send_header("Location", data[2:].decode())
                self.end_headers()
            else:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = _write_certificate(tmp_path)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    use_manifest(manifest_text(f"https://127.0.0.1:{server.server_port}").replace("tiny_model", "absent_model"))
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def _write_certificate(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_files_that_no_package_has_come_from_the_hub(hub: dict[str, bytes], home: Path) -> None:
    hub |= {"/joined.bin": ONE + TWO, "/alone.bin": ALONE}
    steps: list[models.InstallProgress] = []
    assert [status.state for status in models.install(home, None, steps.append)] == ["ready"]
    assert [step.done_bytes for step in steps if step.file == "alone.bin"][-1] == len(ALONE)


@pytest.mark.parametrize(
    ("served", "reason"),
    [
        (bytes(len(ONE + TWO)), "refused"),
        (ONE + TWO + b"more", "longer than"),
        (ONE, "ended after 3000 of 5000"),
        (b"->http://127.0.0.1:9/joined.bin", "not encrypted"),
        (None, "404|Not Found"),
    ],
)
def test_a_wrong_download_leaves_nothing(hub: dict[str, bytes], home: Path, served: bytes | None, reason: str) -> None:
    if served is not None:
        hub["/joined.bin"] = served
    with pytest.raises(ConfigurationError, match=reason):
        models.install(home)
    assert {path.name for path in models.model_folder(home, "tiny").iterdir()} == {".lock"}


def test_an_untrusted_server_is_refused(hub: dict[str, bytes], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub["/joined.bin"] = ONE + TWO
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ConfigurationError, match="certificate verify failed"):
        models.install(home)


def test_only_https_addresses_are_fetched(home: Path, use_manifest: Callable[[str], None]) -> None:
    use_manifest(manifest_text("http://127.0.0.1:9").replace("tiny_model", "absent_model"))
    with pytest.raises(ConfigurationError, match="not an https address"):
        models.install(home)


# ------------------------------------------------------------------------------------- the product's own manifest


def test_the_manifest_is_complete() -> None:
    known = models.manifest()
    assert {"kokoro", "piper-joe", "whisper-base"} <= set(known)
    assert not known["whisper-base"].required
    for model in known.values():
        assert model.licence
        for file in model.files:
            assert len(file.sha256) == 64
            assert file.size_bytes > 0
            assert file.packages
            assert file.url.startswith("https://")


def test_the_voices_in_the_package_are_the_ones_in_the_manifest() -> None:
    folder = shipped("voices")
    listed = dict(line.split()[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert len(listed) == 4
    for file in models.find_model("kokoro").files:
        if file.name.endswith(".bin"):
            assert sha256((folder / file.name).read_bytes()) == file.sha256 == listed[file.name]


def test_a_fingerprint_reads_no_model_and_tells_files_apart() -> None:
    whole = models.fingerprint("kokoro")
    assert whole != models.fingerprint("piper-joe")
    assert models.fingerprint("kokoro", "af_heart.bin") != models.fingerprint("kokoro", "bf_emma.bin")
    assert whole == models.fingerprint("kokoro")
    with pytest.raises(ValueError, match="does not have"):
        models.fingerprint("kokoro", "nobody.bin")


# ----------------------------------------------------------------------------------------------- the command line


def test_commands_list_install_and_verify(packages: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from automagic.cli.models import app

    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.chdir(home)
    runner = CliRunner()

    def run(*arguments: str, code: int = 0) -> str:
        result = runner.invoke(app, list(arguments))
        assert result.exit_code == code, result.output
        return result.stdout

    assert json.loads(run("list", "--json"))[0]["state"] == "available"
    assert "bundled" in run("list")
    assert json.loads(run("install", "--json"))[0]["state"] == "ready"
    assert "ready" in run("list")
    assert "ready" in run("verify")
    (home / "models/tiny/joined.bin").write_bytes(b"wrong")
    assert "damaged" in run("verify", code=3)
    assert "`automagic models install tiny` fetches it" in run("list")
