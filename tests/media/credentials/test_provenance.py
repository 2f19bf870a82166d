"""Content credentials: true, valid, and no byte of the media touched."""

from __future__ import annotations

import datetime
import hashlib
import multiprocessing
import stat
from pathlib import Path

import av
import numpy as np
import pytest
import time_machine
from cryptography import x509

from automagic.errors import ConfigurationError, MediaError
from automagic.media.credentials import certificate
from automagic.media.credentials.certificate import Certificate, ensure_certificate
from automagic.media.credentials.provenance import (
    build_manifest,
    choose_source_type,
    sign_video,
)
from automagic.media.quality.picture import has_faststart
from automagic.values.credit import Credit
from tests.support.media.content_credentials import read_credentials

NEURAL_VOICE = Credit("voice", "Kokoro-82M, voice af_heart", "generated on this machine", "Apache-2.0", True)
RULED_VOICE = Credit("voice", "eSpeak NG", "generated on this machine", "GPL-3.0-or-later", True)
OWN_VOICE = Credit("voice", "recording.wav", "recording.wav", "unknown", False)
MUSIC = Credit("music", "AutoMagic music", "generated on this machine", "CC0-1.0", True)
PAINTED = Credit("picture of scene 1f2e3d4c", "some image model", "https://vendor.example", "unknown", True)
OWN_PICTURE = Credit("picture of scene 1f2e3d4c", "harbour.jpg", "harbour.jpg", "unknown", False)
FONT = Credit("font", "Inter", "https://rsms.me/inter", "OFL-1.1", False)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return ensure_certificate(tmp_path_factory.mktemp("credentials"))


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "video.mp4"
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        picture = container.add_stream("libx264", rate=10)
        picture.width, picture.height, picture.pix_fmt = 96, 96, "yuv420p"
        sound = container.add_stream("aac", rate=48_000)
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(np.full((96, 96, 3), 12 * number, np.uint8))
            container.mux(picture.encode(frame))
        noise = np.random.default_rng(1).uniform(-0.1, 0.1, (2, 96_000)).astype(np.float32)
        block = av.AudioFrame.from_ndarray(noise, format="fltp", layout="stereo")
        block.sample_rate = 48_000
        container.mux(sound.encode(block))
        container.mux([*picture.encode(), *sound.encode()])
    return path


def packets(path: Path) -> list[tuple[int, int | None, int | None, str]]:
    with av.open(str(path)) as container:
        return [
            (packet.stream_index, packet.pts, packet.dts, hashlib.sha256(bytes(packet)).hexdigest())
            for packet in container.demux()
            if packet.size
        ]


def sign(source: Path, target: Path, signer: Certificate, *parts: Credit) -> None:
    sign_video(
        source, target, title="Häfen “heute”", parts=parts, claim_generator="AutoMagic/0.1.0", certificate=signer
    )


def test_signing_leaves_every_packet_and_the_fast_start_as_they_were(
    video: Path, signer: Certificate, tmp_path: Path
) -> None:
    target = tmp_path / "signed.mp4"
    sign(video, target, signer, NEURAL_VOICE, MUSIC, FONT)
    assert len(packets(video)) > 100
    assert packets(target) == packets(video)
    assert has_faststart(video)
    assert has_faststart(target)
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 20
    assert 0 < target.stat().st_size - video.stat().st_size < 20_000
    assert [path.name for path in tmp_path.iterdir()] == ["signed.mp4"]


def test_the_credentials_are_valid_and_say_who_made_what(video: Path, signer: Certificate, tmp_path: Path) -> None:
    sign(video, tmp_path / "signed.mp4", signer, NEURAL_VOICE, MUSIC, FONT)
    credentials = read_credentials(tmp_path / "signed.mp4")
    assert credentials is not None
    assert credentials["state"] == "Valid"
    assert credentials["untrusted"]
    assert credentials["problems"] == []
    assert credentials["title"] == "Häfen “heute”"
    assert credentials["generator"] == "AutoMagic/0.1.0"
    assert credentials["source_type"] == "compositeWithTrainedAlgorithmicMedia"
    assert [part["name"] for part in credentials["parts"]] == [NEURAL_VOICE.name, MUSIC.name, FONT.name]


def test_a_changed_file_is_told_apart(video: Path, signer: Certificate, tmp_path: Path) -> None:
    target = tmp_path / "signed.mp4"
    sign(video, target, signer, NEURAL_VOICE)
    data = bytearray(target.read_bytes())
    data[-500] ^= 1
    target.write_bytes(data)
    credentials = read_credentials(target)
    assert credentials is not None
    assert credentials["state"] == "Invalid"
    assert credentials["problems"] == ["assertion.bmffHash.mismatch"]


def test_a_file_without_credentials_has_none(video: Path) -> None:
    assert read_credentials(video) is None


def test_what_is_no_video_cannot_be_signed(signer: Certificate, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no video\n" * 100)
    for source in (text, tmp_path / "missing.mp4"):
        with pytest.raises(MediaError, match=source.name):
            sign(source, tmp_path / "signed.mp4", signer, NEURAL_VOICE)
    assert [path.name for path in tmp_path.iterdir()] == ["text.mp4"]


@pytest.mark.parametrize(
    ("parts", "source_type"),
    [
        ((RULED_VOICE, MUSIC, FONT), "algorithmicMedia"),
        ((), "algorithmicMedia"),
        ((NEURAL_VOICE, MUSIC), "compositeWithTrainedAlgorithmicMedia"),
        ((NEURAL_VOICE, OWN_PICTURE), "compositeWithTrainedAlgorithmicMedia"),
        ((NEURAL_VOICE, PAINTED), "trainedAlgorithmicMedia"),
        ((OWN_VOICE, OWN_PICTURE, MUSIC), "composite"),
        ((OWN_VOICE, FONT), "composite"),
        ((OWN_VOICE, PAINTED), "compositeWithTrainedAlgorithmicMedia"),
    ],
)
def test_the_source_type_is_true_of_the_whole(parts: tuple[Credit, ...], source_type: str) -> None:
    assert choose_source_type(parts) == source_type


def test_only_generated_media_is_declared_as_generated() -> None:
    manifest = build_manifest("t", (NEURAL_VOICE, OWN_PICTURE, MUSIC, FONT), "AutoMagic/0.1.0")
    actions = manifest["assertions"][0]["data"]["actions"]
    assert actions[0]["action"] == "c2pa.created"
    described = {
        action["softwareAgent"]["name"]: action["digitalSourceType"].rpartition("/")[2] for action in actions[1:]
    }
    assert described == {NEURAL_VOICE.name: "trainedAlgorithmicMedia", MUSIC.name: "algorithmicMedia"}


def test_the_key_is_for_nobody_else_and_stays_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "credentials"
    first = ensure_certificate(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.key")} == {0o600}
    assert ensure_certificate(folder) == first
    assert "PRIVATE" not in repr(first)


def test_a_certificate_names_neither_person_nor_machine(signer: Certificate) -> None:
    for found in x509.load_pem_x509_certificates(signer.chain_pem.encode()):
        assert all("AutoMagic" in str(part.value) for part in found.subject)


def test_an_expiring_certificate_is_renewed_by_the_same_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate, "SIGNER_YEARS", 0)
    old = ensure_certificate(tmp_path)
    monkeypatch.undo()
    new = ensure_certificate(tmp_path)
    old_chain, new_chain = (x509.load_pem_x509_certificates(pem.chain_pem.encode()) for pem in (old, new))
    assert old_chain[0] != new_chain[0]
    assert old_chain[1] == new_chain[1]
    left = new_chain[0].not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    assert left > datetime.timedelta(days=4 * 365)


def test_processes_at_once_agree_on_one_certificate(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        made = pool.map(ensure_certificate, [tmp_path / "credentials"] * 6)
    assert len(set(made)) == 1


def test_damaged_key_files_are_explained(tmp_path: Path) -> None:
    ensure_certificate(tmp_path)
    (tmp_path / "signer.key").write_text("not a key")
    with pytest.raises(ConfigurationError, match="damaged"):
        ensure_certificate(tmp_path)


@pytest.mark.parametrize("shift", [datetime.timedelta(days=-400), datetime.timedelta(days=-20_000)])
def test_a_clock_that_is_set_back_signs_all_the_same(tmp_path, shift):
    now = datetime.datetime.now(datetime.UTC)
    made = ensure_certificate(tmp_path / "made")
    with time_machine.travel(now + shift):
        assert ensure_certificate(tmp_path / "made") == made


def test_a_certificate_whose_first_day_is_to_come_is_made_anew(tmp_path, monkeypatch):
    with monkeypatch.context() as older:  # as older versions made them
        older.setattr(certificate, "_FIRST_DAY", datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3))
        unusable = ensure_certificate(tmp_path / "made")
    usable = ensure_certificate(tmp_path / "made")
    assert usable != unusable
    assert ensure_certificate(tmp_path / "made") == usable
