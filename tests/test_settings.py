"""Settings: read once, all faults at once, and the example file says what there is."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import ConfigurationError
from automagic.jobs.kinds import find_kind
from automagic.providers.openai import IMAGE_MODEL, KEY, TEXT_MODEL
from automagic.setting_names import FLAGS, is_near, tell_unknown
from automagic.settings import OLD_NAMES, Settings, format_example, known_settings, load_settings
from tests.support.places import ROOT


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path):
    (tmp_path / ".env").write_text("VIDEO_CRF=20\nVIDEO_PRESET=fast\n")
    settings = load_settings(environment={"VIDEO_CRF": "18"}, folder=tmp_path)
    assert (settings.video_crf, settings.video_preset, settings.video_codec) == (18, "fast", "libx264")


@pytest.mark.parametrize("place", ["environment", ".env"])
def test_the_file_of_an_environment_wins_over_env_and_is_named_where_it_is_missing(tmp_path, place):
    surroundings = {"AUTOMAGIC_ENV": "production"} if place == "environment" else {}
    named = "" if surroundings else "AUTOMAGIC_ENV=production\n"
    (tmp_path / ".env").write_text(f"{named}VIDEO_CRF=20\nVIDEO_PRESET=fast\n")
    assert list(tell_unknown(tmp_path, surroundings)) == [
        "AUTOMAGIC_ENV names .env.production, and there is no such file here."
    ]
    (tmp_path / ".env.production").write_text("VIDEO_CRF=21\nVIDEO_CODEC=libx265\nOPENAI_KEY=x\n")
    settings = load_settings(environment=surroundings | {"VIDEO_CODEC": "libsvtav1"}, folder=tmp_path)
    assert (settings.video_crf, settings.video_preset, settings.video_codec) == (21, "fast", "libsvtav1")
    (told,) = tell_unknown(tmp_path, surroundings)
    assert told.startswith("OPENAI_KEY in .env.production is not a setting")


def test_an_environment_is_a_name_and_no_path(tmp_path):
    (tmp_path / "elsewhere").write_text("VIDEO_CRF=20\n")
    with pytest.raises(ConfigurationError, match=r"AUTOMAGIC_ENV='\.\./elsewhere' is not a valid name"):
        load_settings(environment={"AUTOMAGIC_ENV": "../elsewhere"}, folder=tmp_path)


def test_names_of_earlier_systems_are_read_where_ours_are_not_set(tmp_path):
    old = {"API_RATE_LIMIT_PER_MINUTE": "30", "MAX_MEMORY_CACHE_ITEMS": "50", "DATABASE_CONNECTION_POOL_SIZE": "7"}
    settings = load_settings(environment=old, folder=tmp_path)
    assert (settings.rate_limit_rpm, settings.performance_cache_max_size, settings.database_pool_size) == (30, 50, 7)
    assert load_settings(environment=old | {"RATE_LIMIT_RPM": "40"}, folder=tmp_path).rate_limit_rpm == 40
    assert set(OLD_NAMES.values()) <= {one.name for one in known_settings()}


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


def test_a_fault_in_a_providers_setting_is_reported_with_the_others_and_a_secret_is_not_shown(tmp_path):
    environment = {"CONTACT": "nobody", "OPENAI_IMAGE_QUALITY": "best", "PEXELS_API_KEY": "a secret", "VIDEO_CRF": "99"}
    with pytest.raises(ConfigurationError) as caught:
        load_settings(environment=environment, folder=tmp_path)
    message = caught.value.message
    assert message.startswith("4 settings are wrong")
    assert "CONTACT='nobody': must be a mail address or a web address" in message
    assert "OPENAI_IMAGE_QUALITY='best': must be one of low, medium, high" in message
    assert "PEXELS_API_KEY: must be" in message
    assert "a secret" not in message


def test_a_providers_setting_is_read_by_what_declares_it(tmp_path):
    settings = load_settings(environment={"OPENAI_TEXT_MODEL": "mine"}, folder=tmp_path)
    assert settings[TEXT_MODEL] == "mine"
    assert settings[IMAGE_MODEL] == IMAGE_MODEL.default
    assert settings[KEY] is None


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
    assert (ROOT / ".env.example").read_text() == format_example()


def test_the_example_file_changes_nothing_when_copied(tmp_path):
    (tmp_path / ".env").write_text(format_example())
    assert load_settings(environment={}, folder=tmp_path) == load_settings(environment={}, folder=tmp_path / "none")


def test_every_setting_is_read_by_the_product():
    """A setting that nothing reads does not exist."""
    package = ROOT / "automagic"
    code = "\n".join(path.read_text() for path in package.rglob("*.py") if path.name != "settings.py")
    own = (package / "settings.py").read_text().split("class Settings")[1]
    for setting in fields(Settings):
        said = f'setting="{setting.name.upper()}"'  # by the flag that it stands for
        assert f".{setting.name}" in code or f"self.{setting.name}" in own or said in code, setting.name


def told(folder: Path, text: str, **environment: str) -> list[str]:
    (folder / ".env").write_text(text)
    return list(tell_unknown(folder, environment))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("OPENAI_APIKEY", "OPENAI_API_KEY"),
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("OPNEAI_API_KEY", "OPENAI_API_KEY"),
        ("openai_api_key", "OPENAI_API_KEY"),
        ("VIDEO_CFR", "VIDEO_CRF"),
        ("BRAND_COLOURS", "BRAND_COLORS"),
        ("MONTHLY_BUDGET", "MONTHLY_BUDGET_USD"),
        ("OPENAI_MODEL", "OPENAI_TEXT_MODEL or OPENAI_IMAGE_MODEL or OPENAI_SPEECH_MODEL"),
        ("AUTOMAGIC_HOM", "AUTOMAGIC_HOME"),
        ("AUTOMAGIC_OPENAI_API_KEY", "OPENAI_API_KEY"),
        ("BRAND_COLOUR", "BRAND_COLORS"),
        ("NARRATOR_", "NARRATOR"),
        ("MAX_CONCURRENCY_OPERATIONS", "MAX_CONCURRENT_OPERATIONS"),
        ("THEME", "DEFAULT_THEME"),
        ("voice", "DEFAULT_VOICE"),
        ("DEFAULT_LANG", "DEFAULT_LANGUAGE"),
    ],
)
def test_a_name_that_was_meant_to_be_a_setting_is_told_with_the_right_one(name, meant, tmp_path):
    assert told(tmp_path, f"{name}=x\n") == [f"{name} in .env is not a setting of AutoMagic. Did you mean {meant}?"]


def test_a_flag_is_no_setting_and_the_environment_is_looked_at_for_names_with_ours_only(tmp_path):
    surroundings = {"AUTOMAGIC_VIDEO_CRF": "23", "AUTOMAGIC_WORKERS": "2", "OPENAI_KEY": "x"}
    assert told(tmp_path, "DEFAULT_LAYOUT=fit\nMAX_COST=1\nVIDEO_CRF=23\n", **surroundings) == [
        "DEFAULT_LAYOUT in .env is not a setting of AutoMagic: give --layout with each command.",
        "MAX_COST in .env is not a setting of AutoMagic: give --max-cost with each command.",
        "AUTOMAGIC_VIDEO_CRF in the environment is not a setting of AutoMagic. Did you mean VIDEO_CRF?",
    ]
    assert set(FLAGS) <= {*find_kind("video").options, *find_kind("clips").options}


def test_names_of_other_programs_are_left_in_peace(tmp_path):
    others = (
        "DATABASE_USER DATABASE_HOST REDIS_HOST POSTGRES_PASSWORD AWS_SECRET_ACCESS_KEY OPENAI_ORG_ID OPENAI_API_BASE "
        "GOOGLE_API_KEY AUTOMAGIC_TAG AUTOMAGIC_WORKERS "
        "PORT DEBUG LOG_FILE LANGUAGE SECRET_KEY CACHE_DIR COMPOSE_PROJECT_NAME HF_TOKEN"
    )
    assert told(tmp_path, "\n".join(f"{name}=x" for name in others.split())) == []
    assert told(tmp_path, "no name\n= x\n") == []
    (tmp_path / ".env").write_bytes(b"VIDEO_CRF=\xff\xfe\x00")
    assert list(tell_unknown(tmp_path, {})) == []


@given(st.sampled_from([one.name for one in known_settings()]), st.data())
def test_each_single_slip_is_seen(name, data):
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("ABXYZ_"))
    slips = (
        name[:place] + name[place + 1 :],
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
        name[:place] + name[place : place + 2][::-1] + name[place + 2 :],
    )
    assert all(is_near(slip, name) for slip in slips)
