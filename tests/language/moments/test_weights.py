"""The weights file, and what is said of a wrong one."""

from __future__ import annotations

import numpy as np
import pytest

from automagic.errors import ConfigurationError
from automagic.language.moments.features import features_of
from automagic.language.moments.query import Query
from automagic.language.moments.weights import load_weights
from automagic.media.analysis.visual_candidates import VisualCandidates, find_edges
from automagic.values.recording import CameraShot, Footage


def test_each_feature_has_a_weight_and_each_weight_a_feature():
    weights = load_weights()
    assert {name for name, _ in weights.features} == {feature.name for feature in features_of(Query("x"))}
    footage = Footage(640, 360, 25.0, 60.0, True, (CameraShot(0, 30), CameraShot(30, 60)))
    levels = np.linspace(-60, -10, 6000, dtype=np.float32)
    sights = VisualCandidates(footage, levels, find_edges(footage, (), ()), weights.sights, min_s=15.0, max_s=60.0)
    assert {name for name, _ in weights.sights} == set(sights.features)


def test_the_persons_file_changes_what_it_names(home):
    (home / "clips.toml").write_text("[weights]\nhook = 5\n[choice]\nat_least = 2\n")
    mine, shipped = load_weights(home), load_weights()
    assert dict(mine.features) == dict(shipped.features) | {"hook": 5.0}
    assert (mine.at_least, mine.diversity) == (2, shipped.diversity)


def test_all_faults_are_told_at_once_with_their_lines(home):
    text = '[weights]\nhok = 1\npayoff = "much"\nleans = 1e9\n\n[choice]\ndiversity = 3\nat_least = 1.5\n'
    text += "\n[other]\nx = 1\n"
    (home / "clips.toml").write_text(text)
    with pytest.raises(ConfigurationError) as error:
        load_weights(home)
    for part in ("6 things", "line 2: hok is not in [weights]: did you mean hook?", "line 3:", "line 4:", "line 7:"):
        assert part in error.value.message
    assert "line 8: at_least must be a whole number" in error.value.message
    assert "line 10: other is not a valid table" in error.value.message


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[weights\n", "line 1"),
        (b"\xff", "UTF-8"),
        (b"[weights]\nhook = inf", "line 2, column 8"),
        (b"#" * 1_100_000, "1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(home, data, says):
    (home / "clips.toml").write_bytes(data)
    with pytest.raises(ConfigurationError) as error:
        load_weights(home)
    assert says in error.value.message
    assert "clips.toml" in error.value.message
