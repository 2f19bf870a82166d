"""A station's films and captions, from its list to a hit: fetched, held against each other, found."""

from __future__ import annotations

import json

import numpy as np
import pytest

from automagic.providers.local.shared.waveform import write_wav
from tests.support.servers.cablecast import CablecastServer
from tests.support.servers.cablecast.data import MediaFile

RATE = 16_000


@pytest.fixture
def answer(automagic, monkeypatch):
    """What `automagic archive … --json` prints."""
    monkeypatch.setenv("ARCHIVE_FREE_GB", "0")

    def run(*arguments, code=0):
        return json.loads(automagic("archive", *arguments, "--json", code=code)[0])

    return run


def cues_of(length_s):
    """Cues of 1 to 4 s with pauses between them, and what is said in each."""
    chance, at_s, found = np.random.default_rng(3), 1.0, []
    while at_s < length_s - 6:
        end_s = at_s + chance.uniform(1, 4)
        found.append((round(at_s, 3), round(end_s, 3), f"the harbour needs {len(found)} new piers"))
        at_s = end_s + chance.uniform(0.5, 3)
    return found


def sound_of(folder, cues, length_s):
    """Noise while something is said, as a WAV file."""
    sound = np.zeros(length_s * RATE, np.float32)
    for start_s, end_s, _ in cues:
        part = slice(round(start_s * RATE), round(end_s * RATE))
        sound[part] = np.random.default_rng(1).normal(0, 0.1, part.stop - part.start)
    write_wav(folder / "sound.wav", sound, RATE)
    return (folder / "sound.wav").read_bytes()


@pytest.fixture
def station(tmp_path):
    cues = cues_of(90)
    with CablecastServer() as server:
        film = MediaFile(sound_of(tmp_path, cues, 90), cut_after=1 << 20)
        server.station.add("Harbour board", length=90.0, captions={"en": cues}, media=film)
        server.station.add("Not made yet", length=60.0)
        yield server


def test_from_a_station_to_a_hit(answer, station):
    answer("add", "nine", station.url, "--allow-private")
    error = answer("sync", code=4)["error"]  # one of the films is not there
    told, hint = error["message"], error["hint"]
    assert hint == "It may have moved: check the address."
    assert "Not made yet" in told
    assert "404" in told
    (source,) = answer("status")["sources"]
    assert (source["with_media"], source["failed"]) == (1, 1)
    heard = answer("hear")
    assert (heard["from"], heard["findings"], heard["skipped"]) == ({"captions": 1}, [], 1)
    (hit,) = answer("search", '"needs 7 new"')["hits"]
    cue = cues_of(90)[7]
    assert (hit["show"], hit["source"]) == ("Harbour board", "nine")
    assert cue[0] <= hit["at_s"] <= cue[1]
    assert answer("sync")["media"]["success"] == 0


def test_captions_are_known_before_the_film_is_here(answer, station):
    answer("add", "nine", station.url, "--allow-private")
    answer("sync", "--no-media")
    heard = answer("hear")
    assert (heard["from"], heard["skipped"]) == ({"captions": 1}, 1)
    assert answer("search", "pier*")["hits"]
