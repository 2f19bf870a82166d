"""Scripts of videos: claims word for word, as many as there is time for, then call and name."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

import pytest

from automagic.language.script.file import parse_script
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.briefs.claims import make_claims
from automagic.products.ads.specs.table import read_specs
from automagic.products.ads.videos.scripts import estimate_said_s, write_scripts

SPECS = read_specs()
TODAY = datetime.date(2026, 12, 1)
CLAIMS = (
    "Linden Honey comes from 12 hives on one hill.",
    "It is filled by hand, usually within two days of the harvest.",
    "A jar holds 500 g.",
    "Shipping is free from 30 €.",
    "Return an unopened jar within 30 days.",
)


def brief_of(*texts: str, **more) -> AdBrief:
    claims = tuple(one for text in texts for one in make_claims(text, "claims", "en", is_whole=True))
    brief = AdBrief("Linden Honey", "honey in a jar", "https://example.com/honey", claims, call="Shop now")
    return replace(brief, **more)


def write(brief: AdBrief, *names: str, take: int = 1):
    return write_scripts(brief, SPECS, [*map(SPECS.platform, names or ("tiktok",))], take=take, today=TODAY)


def said_in(script) -> list[str]:
    return [scene.text for scene in parse_script(script.text).scenes]


def test_each_length_has_the_claims_that_fit_and_ends_with_call_and_name() -> None:
    written = write(brief_of(*CLAIMS))
    assert written.findings == ()
    assert [one.name for one in written.scripts] == ["6s.md", "15s.md", "30s.md"]
    assert [said_in(one) for one in written.scripts] == [
        [CLAIMS[0], "Shop now: Linden Honey"],
        [*CLAIMS[:3], "Shop now: Linden Honey"],
        [*CLAIMS, "Shop now: Linden Honey"],
    ]
    for script in written.scripts:
        assert parse_script(script.text).title == "Linden Honey"
        assert script.spoken_s == pytest.approx(sum(estimate_said_s(one, "en") for one in said_in(script)), abs=0.01)
        assert script.spoken_s * 1.1 <= script.length_s
        assert script.state == "ready"
        assert len(script.claims) == len(said_in(script)) - 1


def test_a_sentence_that_leans_stands_behind_the_one_before_it() -> None:
    assert [said_in(one)[:2] for one in write(brief_of(*CLAIMS), take=2).scripts][1] == [CLAIMS[2], CLAIMS[3]]
    whole = said_in(write(brief_of(*CLAIMS), take=2).scripts[-1])
    assert whole[whole.index(CLAIMS[1]) - 1] == CLAIMS[0]
    alone = write(brief_of("It is filled by hand.")).scripts
    assert said_in(alone[0]) == ["It is filled by hand.", "Shop now: Linden Honey"]


def test_what_repeats_or_would_be_refused_is_not_said() -> None:
    brief = brief_of("A jar holds 500 g.", "Every jar holds 500 g.", "It is #1 of honeys {here}.")
    assert [said_in(one) for one in write(brief).scripts] == [["A jar holds 500 g.", "Shop now: Linden Honey"]]


def test_a_person_s_own_shorter_way_stands_in_where_the_whole_has_no_time() -> None:
    text = "Linden Honey is filled by hand, usually within two days of the harvest, and closed with wax."
    (long,) = make_claims(text, "claims", "en", short=("Filled by hand",))
    scripts = write(brief_of(claims=(long,))).scripts
    assert [said_in(one)[0] for one in scripts] == ["Filled by hand", long.text]


@pytest.mark.parametrize(
    ("brief", "says"),
    [
        (
            brief_of(" ".join(["It is filled by hand"] * 6) + "."),
            r"there is no 6s\.md: .* short = \[…\] of at most 9 words",
        ),
        (
            brief_of(*CLAIMS, call="Order one or several jars of it today on our website"),
            r"no 6s\.md: .* shorter call or name",
        ),
        (brief_of(CLAIMS[2]), r"there is no 15s\.md: it would say the same as 6s\.md, about 4\.3 s"),
        (brief_of("A jar {holds} 500 g."), "none of the claims may be said on all platforms"),
        (brief_of(CLAIMS[0], language="ja"), "how long it takes to say is not known in ja"),
    ],
)
def test_what_cannot_be_written_is_named(brief, says) -> None:
    found = " ".join(one.says for one in write(brief).findings)
    assert re.search(says, found), found


def test_a_video_that_is_too_short_for_every_platform_is_not_written() -> None:
    assert write(brief_of(*CLAIMS), "google-rsa").scripts == ()
    assert [one.name for one in write(brief_of(*CLAIMS), "pmax").scripts] == ["15s.md", "30s.md"]
    written = write(brief_of(CLAIMS[2]), "pmax")
    assert written.scripts == ()
    assert "15s.md: it is about 4.3 s, shorter than a platform takes" in written.findings[0].says


def test_a_disclaimer_is_on_every_card_and_too_long_a_one_is_told() -> None:
    script = write(brief_of(*CLAIMS, disclaimer="Within the EU only.")).scripts[0]
    cards = [card for scene in parse_script(script.text).scenes for card in scene.cards]
    assert [(one.layout, one.detail) for one in cards] == [
        ("statement", "Within the EU only."), ("closing", "Within the EU only."),
    ]  # fmt: skip
    assert script.state == "ready"
    long = write(brief_of(*CLAIMS, disclaimer="Within the EU only. " * 5)).scripts[0]
    assert long.state == "pending"
    assert "on each of 2 cards, too short a time to read its 100 characters" in long.findings[0].says


def test_signs_of_markdown_are_said_as_they_stand() -> None:
    text = "12. The *jar* [500 g](net) has one sign: a | bar."
    assert said_in(write(brief_of(text)).scripts[0])[0] == text


def test_longer_words_take_longer() -> None:
    """Spoken, these took 5.5 and 16.5 s."""
    texts = ["Der KeraFilter besteht aus Keramik.", "Jetzt ansehen: KeraFilter"]
    assert sum(estimate_said_s(one, "de") for one in texts) == pytest.approx(5.5, rel=0.1)
    texts += [
        "Eine Tasse Kaffee ist in etwa 90 Sekunden gefiltert.",
        "Der Versand ist ab 30 € kostenlos.",
        "Ungeöffnete Ware kann innerhalb von 30 Tagen zurückgegeben werden.",
    ]
    assert sum(estimate_said_s(one, "de") for one in texts) == pytest.approx(16.5, rel=0.1)
