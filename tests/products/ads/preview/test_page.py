"""The page of a package: what it shows, and that nothing in a package can do more than be shown."""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
from dataclasses import replace

import lxml.html
import pytest

from automagic.errors import RequestError
from automagic.products.ads.briefs.claims import make_claims
from automagic.products.ads.creative import AdPicture, AdScript, AdText
from automagic.products.ads.package.assets import Approval, asset_id
from automagic.products.ads.preview.page import write_preview
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.package.packages import BRIEF, TEXTS, make_picture, make_text

SPECS = read_specs()
HOSTILE = '"><img src=https://evil.example/x onerror=alert(1)></script><script>alert(2)</script>\u202e{{ 7 * 7 }}'


def draw(texts=TEXTS, pictures=(), files=None, brief=BRIEF, **more) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(write_preview(brief, texts, pictures, files or {}, SPECS, **more))


def find(page: lxml.html.HtmlElement, path: str) -> list[lxml.html.HtmlElement]:
    """What a selector of tags, classes, ids, attributes and ">" finds."""
    found, axis = ".", "//"
    for part in path.split():
        if part == ">":
            axis = "/"
            continue
        tag, *tests = re.findall(r"^\w*|\.[\w-]+|#[\w-]+|\[[\w-]+\]", part)
        found += axis + (tag or "*")
        for test in tests:
            name = test.strip(".#[]")
            found += {
                ".": f"[contains(concat(' ', @class, ' '), ' {name} ')]", "#": f"[@id='{name}']", "[": f"[@{name}]"
            }[test[0]]  # fmt: skip
        axis = "//"
    return page.xpath(found)


def text_of(page: lxml.html.HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in find(page, path)]


def tall(field: str, platform: str) -> tuple[AdPicture, bytes]:
    picture, data = make_picture()
    return replace(picture, platform=platform, field=field, width=1080, height=1920), data


def test_what_a_package_says_is_only_shown() -> None:
    claims = make_claims(HOSTILE, HOSTILE, "en", proof="https://example.org/\"'><script>")
    brief = replace(BRIEF, name=HOSTILE, kind=HOSTILE, brand=HOSTILE, claims=claims, link="https://e.org/\"'<b>")
    text = replace(make_text("google.rsa.headline", HOSTILE), claims=(claims[0].id,))
    picture, data = make_picture()
    picture = replace(picture, alt=HOSTILE)
    page = draw([text], [picture], {picture.file: data}, brief)
    scripts = find(page, "script")
    assert len(scripts) == 1
    assert not page.xpath("//@onerror")
    assert {src[:5] for src in page.xpath("//@src")} == {"data:"}
    assert "{{ 7 * 7 }}" in text_of(page, ".line")[0]
    assert "[U+202E]" in text_of(page, ".line")[0]
    assert find(page, "figure img")[0].get("alt") == HOSTILE


def test_its_policy_lets_only_its_own_style_and_script_run() -> None:
    page = draw()
    policy = find(page, "meta[http-equiv]")[0].get("content")
    for name in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(find(page, name)[0].text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert not page.xpath("//@style")


def test_a_line_stands_with_its_source_its_limit_and_its_facts() -> None:
    page = draw()
    first, *_ = find(page, ".field li")
    assert text_of(first, ".line") == ["Lasts up to 10 years 20 of 90"]
    assert text_of(first, ".source") == ["Made of ceramic, it lasts up to 10 years. paragraph 3"]
    assert text_of(first, ".source u") == ["lasts up to 10 years"]
    key = asset_id(TEXTS[0], BRIEF)
    assert text_of(first, ".state") == [f"in the brief's words {key} Not this one ({key})"]
    assert "refused beyond it" in text_of(page, ".field .rule")[0]
    assert str(SPECS.find("google.rsa.headline").checked) in text_of(page, ".field .rule")[0]
    assert text_of(page, ".field .findings") == [
        "advice It shouts. google.policy.exclamation, source",
    ]


def test_what_is_cut_is_shown_cut() -> None:
    long = "Made of ceramic, it lasts up to 10 years. " * 4
    text = replace(make_text("linkedin.image.intro", long.strip(), platform="linkedin"), limit=3000, shown=150)
    soft = make_text("meta.reels.primary_text", long.strip(), platform="meta")
    page = draw([text, soft])
    cut = [(one.getprevious().getprevious().text_content(), one.text_content()) for one in find(page, ".line .cut")]
    assert [len(seen) for seen, _ in cut] == [72, 150]
    for seen, rest in cut:
        assert seen + rest.replace(" (not seen:) ", "") == long.strip()
    assert len(find(page, ".card .cut")) == 1
    assert len(find(page, ".device .cut")) == 1


def test_combinations_are_listed_worst_first() -> None:
    texts = (*TEXTS, make_text("google.rsa.headline", "Lasts up to 12 years", 4))
    page = draw(texts)
    shown = find(page, ".combinations > ol > li")
    clashes = [len(find(one, ".clashes .hard")) for one in shown]
    assert clashes == sorted(clashes, reverse=True)
    assert clashes[0] > clashes[-1]
    assert text_of(page, ".shuffler > .search .heads") == text_of(shown[0], ".heads")
    assert "contradicts" in text_of(page, ".shuffler > .clashes")[0]
    assert "of them nothing clashes." in text_of(page, ".shuffler > .rule")[0]


def test_a_rejected_line_is_in_no_combination() -> None:
    rejected = Approval("rejected", "Ada", datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC), "", "too dull")
    page = draw(approvals={asset_id(TEXTS[0], BRIEF): rejected})
    assert not [one for one in text_of(page, ".heads") if "Lasts up to 10 years" in one]
    assert text_of(page, ".state")[0] == f"rejected Ada, 2026-12-01 00:00 {asset_id(TEXTS[0], BRIEF)} too dull"


def test_a_display_ad_is_as_large_as_it_is() -> None:
    picture, data = make_picture()
    page = draw([], [picture], {picture.file: data})
    (image,) = find(page, "figure.page img")
    assert (image.get("width"), image.get("height")) == ("300", "250")
    assert base64.b64decode(image.get("src").partition(",")[2]) == data
    facts = text_of(page, "figcaption .facts span")
    assert facts == ["300x250", "1.20:1", f"{len(data) / 1024:,.1f} KB of 150 KB"]
    assert 'Alt text: A "filter"' in text_of(page, "figcaption .alt")
    assert not find(page, "#zones")


def test_what_is_wrong_with_a_picture_is_told() -> None:
    picture, data = make_picture()
    picture = replace(picture, platform="google-display", field="google.rda.square_marketing_image", width=400)
    page = draw([], [picture], {picture.file: data})
    told = text_of(page, "figcaption .findings li")
    assert [one.partition(".")[0] for one in told] == [
        "refused it has 300x250 pixels, and not 400x250 as is said",
        "refused it has 300x250 pixels, and 300x300 is the least",
        "refused it is 1",
    ]


def test_what_the_interface_covers_is_an_overlay() -> None:
    picture, data = tall("meta.stories.image", "meta")
    reels = make_text("meta.reels.primary_text", "Made of ceramic", platform="meta")
    page = draw([reels], [picture], {picture.file: data})
    assert len(find(page, "#zones")) == 1
    heights = [[rect.get("height") for rect in find(zone, "rect")][:2] for zone in find(page, "svg.zone")]
    assert heights == [["250", "340"], ["269", "672"]]
    assert "which stands elsewhere on this page" in text_of(page, "figcaption")[1]


def test_a_text_from_the_right_is_set_from_the_right() -> None:
    brief = replace(BRIEF, name="فلتر", language="ar")
    page = draw([make_text("meta.feed.headline", "يعمل", platform="meta")], brief=brief)
    assert find(page, ".card")[0].get("dir") == "rtl"
    assert find(page, ".card .headline")[0].get("lang") == "ar"


def test_a_field_that_a_platform_does_not_have_is_refused() -> None:
    with pytest.raises(RequestError, match="google-rsa has no field"):
        write_preview(BRIEF, [make_text("google.rsa.title", "A")], [], {}, SPECS)


def test_a_package_of_nothing_is_a_page() -> None:
    assert "All of it is decided" in draw([]).text_content()


def test_every_platform_can_be_looked_at() -> None:
    texts: list[AdText] = []
    for platform in SPECS.platforms:
        texts += [
            make_text(fact.id, "Made of ceramic", platform=platform.name)
            for fact in SPECS.of(platform, "text")
            if fact.place in platform.formats
        ]
    page = draw(texts)
    assert len(find(page, "main section")) == len(SPECS.platforms)
    assert len(find(page, ".field li")) == len(texts)


def test_a_script_is_shown_with_its_claim_its_videos_and_its_id() -> None:
    text = f"# KeraFilter\n\n{BRIEF.claims[0].text}\n\n{HOSTILE}\n"
    script = AdScript(15, text, 12.4, (BRIEF.claims[0].id,), "pending")
    texts = [make_text("tiktok.in_feed.ad_text", "A", platform="tiktok")]
    page = draw(texts, scripts=[script])
    (section,) = find(page, "section#videos")
    assert find(section, "script") == find(section, "img") == []
    assert "videos/15s.md" in section.text_content()
    assert "Vertical ads, 1080x1920: tiktok" in text_of(section, "p.rule")
    assert text_of(section, "p.source") == [f"{BRIEF.claims[0].text} {BRIEF.claims[0].where}"]
    assert text_of(section, "p.state code") == [asset_id(script, BRIEF)]
    assert "waits for a person" in text_of(section, "p.state")[0]
    assert find(draw(texts), "section#videos") == []
