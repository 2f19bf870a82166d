"""The documents of a package: what is written is read again as it was, and what was edited since is known."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief, BriefPicture, Claim
from automagic.products.ads.briefs.claims import make_claims
from automagic.products.ads.briefs.delicate import needs_proof
from automagic.products.ads.briefs.letters import find_bad_letters
from automagic.products.ads.briefs.reading import read_brief
from automagic.products.ads.creative import AdScript
from automagic.products.ads.package.assets import Approval, asset_id, decide
from automagic.products.ads.package.brief_file import read_brief_file, write_brief
from automagic.products.ads.package.documents import read_approvals, read_package, write_approvals, write_documents
from tests.products.ads.package.packages import BRIEF, TEXTS, make_picture, write_package

NOW = datetime.datetime(2026, 12, 1, 9, 30, tzinfo=datetime.UTC)
ODD = st.text(
    st.one_of(st.sampled_from("\"'\\\t\n\r#=[]{}<>&|,.;:%€ـש漢é\u00a0\u2028🙂\u0301"), st.characters(codec="utf-8")),
    max_size=30,
)


def _clean(text: str) -> str:
    """Without the signs that no brief has."""
    return "".join(sign for sign in text if not find_bad_letters(sign)).strip()


SHOWN = ODD.map(_clean).filter(lambda text: not find_bad_letters(text) and not needs_proof(text))
NAMES = SHOWN.map(lambda text: f"x{text}")
LISTS = st.lists(SHOWN.filter(bool), max_size=3).map(tuple)
PICTURES = st.builds(
    BriefPicture,
    name=st.from_regex(r"[a-z][a-z0-9 '\"é-]{0,20}\.jpg", fullmatch=True),
    sha256=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    focus=st.none() | st.tuples(st.floats(0, 1), st.floats(0, 1)),
    alt=SHOWN,
)


@st.composite
def claims_of(draw: st.DrawFn, language: str) -> tuple[Claim, ...]:
    texts = draw(st.lists(NAMES | st.just("It is free and it lasts up to 10 years, if you wash it."), min_size=1))
    found: dict[str, Claim] = {}
    for number, text in enumerate(texts[:5], 1):
        where = draw(st.sampled_from([f"claims[{number}]", "paragraph 3", 'JSON-LD "offers"']))
        proof = draw(st.sampled_from(["", "https://example.org/proof"]))
        for claim in make_claims(text, where, language, short=draw(LISTS), proof=proof):
            found.setdefault(claim.id, claim)
    return tuple(found.values())


@st.composite
def briefs(draw: st.DrawFn) -> AdBrief:
    language = draw(st.sampled_from(["en", "de-AT", "ar", "ja"]))
    return AdBrief(
        name=draw(NAMES),
        kind=draw(NAMES),
        link=draw(st.sampled_from(["https://example.org/", "https://example.org/ü?a='1'&b=%22#c"])),
        claims=draw(claims_of(language)),
        language=language,
        brand=draw(NAMES),
        campaign=draw(SHOWN),
        call=draw(SHOWN),
        price=draw(SHOWN),
        disclaimer=draw(SHOWN),
        offer_until=draw(st.none() | st.dates(datetime.date(2000, 1, 1))),
        logo=draw(st.none() | PICTURES),
        pictures=draw(st.lists(PICTURES, max_size=3).map(tuple)),
        colours=draw(st.lists(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), max_size=2).map(tuple)),
        keep=draw(LISTS),
        allowed=draw(LISTS),
    )


@given(briefs())
def test_a_brief_is_read_again_as_it_was(brief: AdBrief) -> None:
    assert read_brief_file(write_brief(brief), "brief.toml") == brief


async def test_a_brief_that_was_a_text_is_read_again_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "filter.md").write_text(
        "---\nname: KeraFilter\nkind: coffee filter\nlink: https://example.org/\n---\n"
        "The filter is made of ceramic; the filter weighs about 200 g.\n\nShipping is free in Germany from 20 €.\n"
    )
    today = datetime.date(2026, 12, 1)
    before = (await read_brief(str(tmp_path / "filter.md"), today=today)).brief
    assert len(before.claims) == 3
    (tmp_path / "brief.toml").write_bytes(write_brief(before))
    assert (await read_brief(str(tmp_path / "brief.toml"), today=today)).brief == before


def test_a_package_is_read_again_as_it_was(tmp_path: Path) -> None:
    write_package(tmp_path)
    package = read_package(tmp_path)
    picture, data = make_picture()
    assert (package.brief, package.texts, package.pictures) == (BRIEF, TEXTS, (picture,))
    assert package.files == {picture.file: data}
    assert not package.approvals
    assert not package.changed
    again = write_documents(package.brief, package.texts, package.pictures)
    assert {name: (tmp_path / name).read_bytes() for name in again} == again


def test_scripts_are_read_again_and_an_edit_or_another_place_is_seen(tmp_path: Path) -> None:
    write_package(tmp_path)
    script = AdScript(15, "# Kera\n\nMade of clay.\n", 12.5, (BRIEF.claims[0].id,), "pending")
    for name, data in write_documents(BRIEF, (), (), [script]).items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(RequestError, match=r"15s\.md"):
        read_package(tmp_path)
    file = tmp_path / "videos" / "15s.md"
    file.parent.mkdir()
    file.write_text(script.text)
    package = read_package(tmp_path)
    assert package.scripts == (script,)
    assert list(package.assets) == [asset_id(script, BRIEF)]
    file.write_text("# Kera\n\nMade of gold.\n")
    assert list(read_package(tmp_path).changed) == [asset_id(script, BRIEF)]
    listed = tmp_path / "scripts.json"
    listed.write_text(listed.read_text().replace("videos/15s.md", "../15s.md"))
    with pytest.raises(RequestError, match=r"'\.\./15s\.md' is not videos/15s\.md"):
        read_package(tmp_path)


def test_an_edit_changes_its_own_id_only(tmp_path: Path) -> None:
    write_package(tmp_path)
    before = list(read_package(tmp_path).assets)
    (tmp_path / "approval.json").write_bytes(
        write_approvals({key: Approval("approved", "Ada", NOW, "a place", 'a "note"') for key in before})
    )
    rows = json.loads((tmp_path / "texts.json").read_text())
    rows["texts"][1]["text"] = "Made of fine ceramic"
    (tmp_path / "texts.json").write_text(json.dumps(rows))
    package = read_package(tmp_path)
    after = list(package.assets)
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True, True, True, True]
    assert package.changed == {before[1]: after[1]}
    texts, pictures, _ = decide(package)
    assert [one.state for one in (*texts, *pictures)] == ["approved", "ready", *["approved"] * 4]


def test_an_edited_picture_and_an_edited_claim_void_what_rests_on_them(tmp_path: Path) -> None:
    write_package(tmp_path)
    before = read_package(tmp_path)
    _, other = make_picture("#00aa55")
    (tmp_path / "pictures" / "google-display" / "kera_300x250.jpg").write_bytes(other)
    assert list(read_package(tmp_path).changed) == [asset_id(before.pictures[0], BRIEF)]
    claims = (BRIEF.claims[0], *make_claims("It filters a cup in about 80 seconds.", "claims[2]", "en"))
    (tmp_path / "brief.toml").write_bytes(write_brief(replace(BRIEF, claims=claims)))
    assert asset_id(before.texts[4], BRIEF) in read_package(tmp_path).changed
    assert asset_id(before.texts[3], BRIEF) not in read_package(tmp_path).changed


@pytest.mark.parametrize(
    ("document", "text", "says"),
    [
        ("texts.json", None, "has no texts.json"),
        ("texts.json", "[", "texts.json"),
        ("texts.json", '{"texts": [{"id": "a"}]}', "missing required field"),
        ("texts.json", "approved", "Invalid enum value 'approved'"),
        ("pictures.json", None, "has no pictures.json"),
        ("pictures.json", "path", "is no place for a picture"),
        ("pictures/google-display/kera_300x250.jpg", None, "does not exist"),
        ("brief.toml", "name = 3", "brief.toml"),
        ("brief.toml", 'name = "A"', "does not say its kind"),
        ("approval.json", "{}", "missing required field `approvals`"),
        ("approval.json", '{"approvals": {"a": {"state": "maybe"}}}', "Invalid enum value 'maybe'"),
        (
            "approval.json",
            '{"approvals": {"a": {"state": "approved", "who": "A", "when": "2026-12-01T09:30:00", "what": ""}}}',
            "has no time zone",
        ),
    ],
)
def test_a_damaged_package_is_told(document: str, text: str | None, says: str, tmp_path: Path) -> None:
    write_package(tmp_path)
    place = tmp_path / document
    if text is None:
        place.unlink()
    elif text == "approved":
        place.write_text(place.read_text().replace('"ready"', '"approved"', 1))
    elif text == "path":
        place.write_text(place.read_text().replace("pictures/google-display/", "pictures/google-display/../../", 1))
    else:
        place.write_text(text)
    with pytest.raises(RequestError, match=says) as refused:
        read_package(tmp_path)
    assert refused.value.hint or document == "pictures.json"


def test_what_leads_out_of_a_package_is_not_read(tmp_path: Path) -> None:
    write_package(tmp_path / "package")
    (tmp_path / "elsewhere.jpg").write_bytes(make_picture()[1])
    picture = tmp_path / "package" / "pictures" / "google-display" / "kera_300x250.jpg"
    picture.unlink()
    picture.symlink_to(tmp_path / "elsewhere.jpg")
    with pytest.raises(RequestError, match="leads out of the package"):
        read_package(tmp_path / "package")
    with pytest.raises(RequestError, match="is no folder of a package"):
        read_package(tmp_path / "elsewhere.jpg")


def test_approvals_are_read_again_as_they_were(tmp_path: Path) -> None:
    approvals = {
        "b" * 12: Approval("rejected", "Ada </script>", NOW, "a 1", "\u202eodd"),
        "a" * 12: Approval("approved", "Bob", NOW, "b 2"),
    }
    (tmp_path / "approval.json").write_bytes(write_approvals(approvals))
    assert read_approvals(tmp_path) == approvals
