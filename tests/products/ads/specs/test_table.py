"""Facts of platforms: those that ship hold together; a person's own file is checked, and wins."""

from __future__ import annotations

import datetime
import json
from urllib.parse import urlsplit

import pytest

from automagic.errors import RequestError
from automagic.products.ads.specs.table import read_specs

OWN = """
[[spec]]
id = "google.rsa.headline"
platform = "google"
format = "rsa"
kind = "text"
hard = true
confirmed = true
evidence = "official"
source = "https://example.org"
checked = 2026-11-30
count = "{count}"
min = {least}
max = {most}
"""


def test_each_fact_belongs_to_a_platform_and_says_who_says_so() -> None:
    specs = read_specs()
    assert {platform.name for platform in specs.platforms} >= {"google-rsa", "meta", "tiktok", "linkedin", "microsoft"}
    for platform in specs.platforms:
        assert specs.of(platform)
        assert {spec.place for spec in specs.of(platform)} == {*platform.formats, *platform.rules}
    for spec in specs:
        assert spec.source
        assert datetime.date(2026, 1, 1) < spec.checked
        assert not spec.source.startswith("http") or urlsplit(spec.source).hostname


def test_a_persons_own_row_wins(tmp_path) -> None:
    (tmp_path / "ad_specs.toml").write_text(OWN.format(count="width", least=1, most=25))
    specs = read_specs(tmp_path)
    assert specs.find("google.rsa.headline").max == 25
    assert specs.find("google.rsa.description").max == 90


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"count": "width", "least": 40, "most": 30}, "google.rsa.headline has a min of 40, above its limit of 30"),
        ({"count": "bytes", "least": 1, "most": 30}, "'bytes'"),
        ({"count": 'width"\nlimit = "30', "least": 1, "most": 30}, "limit"),
    ],
)
def test_an_own_file_that_cannot_be_true_is_refused(tmp_path, given, says) -> None:
    (tmp_path / "ad_specs.toml").write_text(OWN.format(**given))
    with pytest.raises(RequestError) as refused:
        read_specs(tmp_path)
    assert says in refused.value.message


def test_the_command_shows_a_platform_with_its_sources(automagic) -> None:
    (platform,) = json.loads(automagic("ads", "specs", "google-rsa", "--json")[0])["platforms"]
    (headline,) = [spec for spec in platform["specs"] if spec["id"] == "google.rsa.headline"]
    assert (headline["max"], headline["count"], headline["min_items"], headline["max_items"]) == (30, "width", 3, 15)
    assert headline["source"].startswith("https://developers.google.com/")
    assert "Did you mean google-rsa?" in automagic("ads", "specs", "gogle-rsa", code=2)[1]
