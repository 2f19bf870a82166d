"""A package is exported: what is approved, checked anew, whole or not at all."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from automagic.errors import QualityError, RequestError
from automagic.products.ads.exporting.recipe import export
from automagic.products.ads.exporting.request import ExportAdsRequest
from automagic.products.ads.package.assets import Approval, asset_id
from automagic.products.ads.package.documents import read_package, write_approvals
from tests.products.ads.package.packages import BRIEF, TEXTS, make_text, write_package

NOW = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)


async def run_export(folder, **more):
    """As `automagic ads export` does."""
    run = SimpleNamespace(id="run", services=SimpleNamespace(settings=SimpleNamespace(home=folder.parent / "home")))
    return await export(ExportAdsRequest(str(folder), **more), run)


def make(folder, texts=TEXTS, brief=BRIEF, rejected=(), waiting=()) -> None:
    """A package of which all but some is approved."""
    write_package(folder, texts=texts, brief=brief)
    approvals = {
        key: Approval("rejected" if asset in rejected else "approved", "Ada", NOW, "")
        for key, asset in read_package(folder).assets.items()
        if asset not in waiting
    }
    (folder / "approval.json").write_bytes(write_approvals(approvals))


async def test_what_is_approved_is_exported(tmp_path) -> None:
    make(tmp_path / "package")
    result = await run_export(tmp_path / "package")
    target = tmp_path / "package-export"
    assert result.folder == target
    assert (result.texts, result.pictures, result.unapproved, result.rejected) == (5, 1, (), ())
    files = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert files == set(result.files)
    assert {"google/editor.tsv", "google/list.txt", "google/kera_300x250.jpg", "approval.json"} < files
    assert {path.name for path in tmp_path.iterdir()} == {"package", "package-export"}
    again = await run_export(tmp_path / "package")
    assert again.files == result.files


async def test_what_nobody_approved_is_refused_and_exported_when_asked_for(tmp_path) -> None:
    make(tmp_path / "package", waiting=TEXTS[3:])
    with pytest.raises(QualityError, match=r"2 of 6 are not approved: google\.rsa\.description 1; ") as refused:
        await run_export(tmp_path / "package")
    assert refused.value.exit_code == 7
    assert {path.name for path in tmp_path.iterdir()} == {"package"}
    result = await run_export(tmp_path / "package", unapproved=True, out=tmp_path / "files")
    assert result.unapproved == ("google.rsa.description 1", "google.rsa.description 2")
    manifest = json.loads((tmp_path / "files" / "metadata.json").read_text())
    assert manifest["unapproved"] == list(result.unapproved)


async def test_what_was_rejected_is_never_exported(tmp_path) -> None:
    four = (*TEXTS, make_text("google.rsa.headline", "KeraFilter", 4, claim=None))
    make(tmp_path / "package", texts=four, rejected=four[:1])
    result = await run_export(tmp_path / "package", unapproved=True)
    assert result.rejected == ("google.rsa.headline 1",)
    assert "Lasts up to 10 years\n" not in (tmp_path / "package-export" / "google" / "list.txt").read_text()
    make(tmp_path / "few", rejected=TEXTS[:1])
    with pytest.raises(QualityError, match="there are 2, and 3 is the least"):
        await run_export(tmp_path / "few")
    make(tmp_path / "none", rejected=TEXTS[:3])
    with pytest.raises(QualityError, match=r"google\.rsa\.headline: each of its texts was rejected, and 3 are needed"):
        await run_export(tmp_path / "none")
    make(tmp_path / "nothing")
    approvals = {key: Approval("rejected", "Ada", NOW, "") for key in read_package(tmp_path / "nothing").assets}
    (tmp_path / "nothing" / "approval.json").write_bytes(write_approvals(approvals))
    with pytest.raises(QualityError, match="nothing is left to export"):
        await run_export(tmp_path / "nothing")


async def test_one_platform_is_exported_by_itself(tmp_path) -> None:
    make(tmp_path / "package", waiting=TEXTS[4:])
    result = await run_export(tmp_path / "package", platforms=("google-display",))
    assert (result.texts, result.pictures) == (0, 1)
    for name, says in (("meta", "the package has nothing for meta"), ("gogle-rsa", "no advertising platform")):
        with pytest.raises(RequestError, match=says):
            await run_export(tmp_path / "package", platforms=(name,))


@pytest.mark.parametrize(
    ("index", "text", "says"),
    [
        (0, "Lasts up to 20 years", "google.rsa.headline 1: the brief does not say it"),
        (0, "Made of ceramic, it lasts up to 10 years", "google.rsa.headline 1: it is 40 long, and 30 is the most"),
        (0, "made of ceramic", "it stands there twice"),
    ],
)
async def test_an_approved_text_is_held_against_facts_and_brief_again(index, text, says, tmp_path) -> None:
    texts = list(TEXTS)
    texts[index] = replace(texts[index], text=text)
    make(tmp_path / "package", texts=tuple(texts))
    with pytest.raises(QualityError, match=says):
        await run_export(tmp_path / "package")
    assert {path.name for path in tmp_path.iterdir()} == {"package"}


async def test_an_approved_picture_is_held_against_its_facts_again(tmp_path) -> None:
    folder = tmp_path / "package"
    make(folder)
    path = folder / "pictures" / "google-display" / "kera_300x250.jpg"
    path.write_bytes(path.read_bytes() + b"0" * 200_000)
    approvals = {key: Approval("approved", "Ada", NOW, "") for key in read_package(folder).assets}
    (folder / "approval.json").write_bytes(write_approvals(approvals))
    with pytest.raises(QualityError, match=r"google-display/kera_300x250\.jpg: it has 20\d,\d{3} bytes, and 153,600"):
        await run_export(folder)


async def test_an_approval_of_what_changed_since_counts_for_nothing(tmp_path) -> None:
    make(tmp_path / "package")
    document = json.loads((tmp_path / "package" / "texts.json").read_text())
    document["texts"][1]["text"] = "Of ceramic"
    (tmp_path / "package" / "texts.json").write_text(json.dumps(document))
    with pytest.raises(QualityError, match=r"1 of 6 are not approved: google\.rsa\.headline 2"):
        await run_export(tmp_path / "package")


async def test_an_offer_that_is_over_is_not_exported(tmp_path) -> None:
    over = replace(BRIEF, offer_until=datetime.date(2020, 1, 1))
    make(tmp_path / "package", brief=over)
    with pytest.raises(RequestError, match="the offer ended on 2020-01-01"):
        await run_export(tmp_path / "package")


async def test_a_folder_with_other_things_is_left_alone(tmp_path) -> None:
    make(tmp_path / "package")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear Ada")
    with pytest.raises(RequestError, match="holds files that AutoMagic did not make"):
        await run_export(tmp_path / "package", out=tmp_path / "mine")
    with pytest.raises(RequestError, match="holds files that AutoMagic did not make"):
        await run_export(tmp_path / "package", out=tmp_path / "package")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "Dear Ada"


async def test_what_is_no_package_is_refused(tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RequestError, match=r"empty has no brief\.toml"):
        await run_export(tmp_path / "empty")
    with pytest.raises(RequestError, match="is no customer id of Google Ads"):
        ExportAdsRequest("package", google="12")


def test_the_same_words_on_two_platforms_are_approved_apart() -> None:
    text = TEXTS[0]
    assert asset_id(text, BRIEF) != asset_id(replace(text, platform="pmax"), BRIEF)
