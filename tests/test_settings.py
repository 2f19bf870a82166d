"""Settings: read once, all faults at once, and the example file says what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from automagic.errors import ConfigurationError
from automagic.settings import Settings, format_example, load_settings


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path):
    (tmp_path / ".env").write_text("VIDEO_CRF=20\nVIDEO_PRESET=fast\n")
    settings = load_settings(environment={"VIDEO_CRF": "18"}, folder=tmp_path)
    assert (settings.video_crf, settings.video_preset, settings.video_codec) == (18, "fast", "libx264")


def test_all_faults_are_reported_together_with_what_is_allowed(tmp_path):
    environment = {"VIDEO_CRF": "99", "VIDEO_CODEC": "vp8", "BRAND_COLORS": "red", "MAX_MEMORY_GB": "nan"}
    with pytest.raises(ConfigurationError) as caught:
        load_settings(environment=environment, folder=tmp_path)
    message = caught.value.message
    assert message.startswith("4 settings are wrong")
    for name, value in environment.items():
        assert f"{name}={value!r}" in message
    assert "from 0 to 51" in message
    assert "libx265" in message


def test_unknown_names_and_empty_values_are_left_alone(tmp_path):
    (tmp_path / ".env").write_text("SOMEONE_ELSES_TOKEN=x\nVIDEO_CRF=\n")
    assert load_settings(environment={}, folder=tmp_path).video_crf == 23


def test_an_unreadable_file_is_explained(tmp_path):
    (tmp_path / ".env").write_bytes(b"VIDEO_CRF=\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match=r"\.env could not be read"):
        load_settings(environment={}, folder=tmp_path)


def test_render_slots_stay_within_cores_and_memory():
    base = {"automagic_home": Path("x"), "max_concurrent_operations": 64}
    assert Settings(**base, max_memory_gb=1.0).render_slots == 1
    import os

    assert Settings(**base, max_memory_gb=1000.0).render_slots == len(os.sched_getaffinity(0))


def test_the_example_file_is_the_one_that_the_settings_write():
    assert (Path(__file__).parents[1] / ".env.example").read_text() == format_example()


def test_the_example_file_changes_nothing_when_copied(tmp_path):
    (tmp_path / ".env").write_text(format_example())
    assert load_settings(environment={}, folder=tmp_path) == load_settings(environment={}, folder=tmp_path / "none")


def test_every_setting_is_read_by_the_product():
    """A setting that nothing reads does not exist."""
    from dataclasses import fields

    package = Path(__file__).parents[1] / "automagic"
    code = "\n".join(path.read_text() for path in package.rglob("*.py") if path.name != "settings.py")
    own = (package / "settings.py").read_text().split("class Settings")[1]
    for setting in fields(Settings):
        assert f".{setting.name}" in code or f"self.{setting.name}" in own, setting.name
