"""Prices: what is listed, what the user adds, and that nothing unlisted is bought."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import ConfigurationError
from automagic.gate.calls import Price
from automagic.gate.prices import PRICES, is_local, load_prices


def test_the_list_is_dated_and_every_price_is_an_amount():
    prices = load_prices()
    assert date.fromisoformat(prices.dated) < date.today()  # noqa: DTZ011 - a day of the calendar
    listed = prices.list()
    assert len(listed) > 20
    assert all(0 < price.usd < 1000 for entry in listed.values() for price in entry)
    assert listed["openai", "text", "gpt-4o-mini"] == (
        Price(Decimal("0.15"), "million input tokens"),
        Price(Decimal("0.60"), "million output tokens"),
    )


def test_each_kind_is_reckoned_in_its_unit():
    prices = load_prices()
    assert prices.text("openai", "gpt-4o", input_tokens=1_000_000, output_tokens=100_000) == Decimal("3.5")
    assert prices.image("openai", "gpt-image-2", size="1024x1536", quality="high") == Decimal("0.165")
    assert prices.image("openai", "gpt-image-2", size="1024x1024", quality="low", count=3) == Decimal("0.018")
    assert prices.speech("openai", "tts-1", characters=2000) == Decimal("0.03")
    assert prices.transcription("openai", "whisper-1", duration_s=90) == Decimal("0.009")
    assert prices.post("x", "post") == Decimal("0.015")
    assert prices.post("x", "post with a link") == Decimal("0.20")
    assert prices.list()["x", "posts", "read own post"] == (Price(Decimal("0.001"), "time"),)


def test_a_snapshot_costs_what_its_model_costs():
    prices = load_prices()
    for model in ("gpt-4o-2024-08-06", "gpt-4o"):
        assert prices.text("openai", model, input_tokens=1, output_tokens=0) == Decimal("0.0000025")
    assert prices.text("anthropic", "claude-haiku-4-5-20251001", input_tokens=1_000_000, output_tokens=0) == 1


@pytest.mark.parametrize(
    ("vendor", "model"), [("openai", "gpt-99"), ("nobody", "gpt-4o"), ("openai", "gpt-4o-turbo"), ("openai", "")]
)
def test_a_model_without_a_price_is_refused_with_a_way_out(vendor, model):
    with pytest.raises(ConfigurationError, match="no price is known") as caught:
        load_prices().text(vendor, model, input_tokens=1, output_tokens=1)
    assert f"[{vendor}.text]" in caught.value.hint
    assert "PRICE_OVERRIDES" in caught.value.hint


def test_a_size_without_a_price_is_refused(tmp_path):
    path = tmp_path / "prices.toml"
    path.write_text('[openai.images]\nbrush = { "512x512" = 0.5 }\n')
    with pytest.raises(ConfigurationError, match=r"brush \(4096x4096\)"):
        load_prices(path).image("openai", "brush", size="4096x4096")


def test_the_users_file_wins_and_adds(tmp_path):
    path = tmp_path / "prices.toml"
    path.write_text('[openai.text]\n"gpt-4o" = { input = 1, output = 2.5 }\n[acme.images]\nbrush = { any = 0.5 }\n')
    prices = load_prices(path)
    assert prices.text("openai", "gpt-4o", input_tokens=1_000_000, output_tokens=1_000_000) == Decimal("3.5")
    assert prices.image("acme", "brush", size="1x1", quality="low") == Decimal("0.5")
    assert prices.text("openai", "gpt-5", input_tokens=1_000_000, output_tokens=0) == Decimal("1.25")


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        "openai = 3",
        '[openai.texts]\n"m" = { input = 1, output = 2 }',
        '[openai.text]\n"m" = { input = 1 }',
        '[openai.text]\n"m" = 3',
        '[openai.speech]\n"m" = -1.0',
        '[openai.speech]\n"m" = nan',
        '[openai.speech]\n"m" = "cheap"',
        '[openai.speech]\n"m" = true',
        '[openai.images]\n"m" = { any = "cheap" }',
    ],
)
def test_a_price_file_that_is_none_is_explained(tmp_path, text):
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="PRICE_OVERRIDES"):
        load_prices(path)


def test_a_missing_price_file_is_explained(tmp_path):
    with pytest.raises(ConfigurationError, match="does not exist"):
        load_prices(tmp_path / "none.toml")


def test_the_list_has_the_form_that_a_users_file_must_have():
    assert load_prices(PRICES).list() == load_prices().list()
    assert tomllib.loads(Path(PRICES).read_text("utf-8"))["dated"]


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]:1234/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://localhost.example.com/v1", False),
        ("http://192.168.1.5:8080/v1", False),
        ("", False),
    ],
)
def test_only_this_machine_works_for_nothing(url, local):
    assert is_local(url) is local


@given(st.integers(0, 10**7), st.integers(0, 10**6))
def test_more_tokens_never_cost_less(input_tokens, output_tokens):
    prices = load_prices()
    cost = prices.text("openai", "gpt-4o-mini", input_tokens=input_tokens, output_tokens=output_tokens)
    more = prices.text("openai", "gpt-4o-mini", input_tokens=input_tokens + 1, output_tokens=output_tokens)
    assert 0 <= cost < more
