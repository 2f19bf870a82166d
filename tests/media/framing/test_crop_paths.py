"""Paths are the calmest that there are, keys follow them closely, windows stand where something is to be seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.media.framing.crop_paths import denoise, pick_keys
from automagic.media.framing.face_crops import find_window


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40), st.floats(0.01, 3))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_denoising_finds_the_minimum(values: list[float], strength: float) -> None:
    """By its optimality: the summed residuals stay within the strength, and reach it where the result steps."""
    found = denoise(np.array(values), strength)
    summed = np.cumsum(np.array(values) - found)
    assert abs(summed[-1]) < 1e-9
    assert np.abs(summed).max() <= strength + 1e-9
    steps = np.diff(found)
    for index in np.flatnonzero(np.abs(steps) > 1e-7):
        assert summed[index] == pytest.approx(-strength * np.sign(steps[index]), abs=1e-6)


def test_keys_follow_a_path_closely_and_are_few() -> None:
    time = np.linspace(0, 1, 251)
    path = np.stack([3 * time**2 - 2 * time**3, np.zeros_like(time)], axis=1)
    kept = pick_keys(path)
    assert len(kept) < 50
    assert np.abs(np.interp(time, time[kept], path[kept, 0]) - path[:, 0]).max() <= 0.0004 + 1e-12


def test_window_stands_in_the_middle_of_what_is_even() -> None:
    assert find_window((1 / 32,) * 32, 0.3) == pytest.approx((0.35, 0.3))
    assert find_window((), 0.4)[0] == pytest.approx(0.3)
