"""A package is approved: whole, in part, by two at once; and what changed since is told."""

from __future__ import annotations

import asyncio
import errno
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import pytest

from automagic.errors import QualityError, RequestError
from automagic.machine import whole_files
from automagic.machine.lock_files import take_passing_lock
from automagic.products.ads.approving import recipe
from automagic.products.ads.approving.recipe import approve
from automagic.products.ads.approving.request import ApproveAdsRequest
from automagic.products.ads.briefs.claims import make_claims
from automagic.products.ads.package.assets import asset_id
from automagic.products.ads.package.brief_file import write_brief
from automagic.products.ads.package.documents import read_approvals, read_package
from tests.products.ads.package.packages import BRIEF, TEXTS, write_package
from tests.support.processes.python_programs import PATIENCE_S, start

IDS = [asset_id(one, BRIEF) for one in TEXTS]


@pytest.fixture
def folder(tmp_path):
    """A package that nobody has looked at."""
    write_package(tmp_path / "package")
    return tmp_path / "package"


async def decide(folder, *ids, **more):
    """As `automagic ads approve` does."""
    run = SimpleNamespace(id="run", services=SimpleNamespace(settings=SimpleNamespace(home=folder.parent / "home")))
    return await approve(ApproveAdsRequest(str(folder), ids=ids, **more), run)


def edit_text(folder: Path, index: int, text: str) -> None:
    document = json.loads((folder / "texts.json").read_text())
    document["texts"][index]["text"] = text
    (folder / "texts.json").write_text(json.dumps(document))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_what_is_named_is_approved_and_the_page_shows_it(folder) -> None:
    before = names_in(folder.parent)
    result = await decide(folder, IDS[0][:6], reject=(IDS[1],), by="Ada Böhm", note='too "loud" </script>')
    assert (result.facts["approved"], result.facts["rejected"]) == ([IDS[0]], [IDS[1]])
    assert len(result.waiting) == 4
    assert result.complaint is None
    document = json.loads((folder / "approval.json").read_text())["approvals"]
    assert {key: one["state"] for key, one in document.items()} == {IDS[0]: "approved", IDS[1]: "rejected"}
    assert document[IDS[0]]["who"] == "Ada Böhm"
    assert document[IDS[0]]["what"] == "google.rsa.headline 1"
    page = lxml.html.fromstring((folder / "preview.html").read_bytes())
    badges = [one.text for one in page.xpath("//*[contains(@class, 'badge')]")]
    assert badges.count("approved") == badges.count("rejected") == 1
    assert len(page.xpath("//script")) == 1
    assert names_in(folder.parent) == before


async def test_nobodys_decision_is_lost(folder) -> None:
    await asyncio.gather(*(decide(folder, key, by=f"person {key}") for key in IDS))
    assert {key: one.who for key, one in read_approvals(folder).items()} == {key: f"person {key}" for key in IDS}


async def test_all_leaves_alone_what_is_decided(folder) -> None:
    await decide(folder, reject=(IDS[3],), by="Ada")
    result = await decide(folder, every=True, by="Bob")
    assert not result.waiting
    assert {key: (one.state, one.who) for key, one in read_approvals(folder).items()} == {
        key: ("rejected", "Ada") if key == IDS[3] else ("approved", "Bob") for key in read_package(folder).assets
    }
    again = await decide(folder, IDS[3], by="Bob")
    assert again.facts["approved"] == [IDS[3]]


async def test_without_a_decision_it_is_told_what_waits(folder) -> None:
    before = names_in(folder)
    result = await decide(folder)
    assert len(result.waiting) == 6
    assert names_in(folder) == before


async def test_an_edit_voids_its_own_approval_only(folder) -> None:
    await decide(folder, every=True, by="Ada")
    edit_text(folder, 1, "Made of fine ceramic")
    result = await decide(folder)
    assert result.complaint.exit_code == 7
    assert result.complaint.message == "google.rsa.headline 2 changed since it was approved"
    (now,) = result.waiting
    with pytest.raises(QualityError, match=f"changed since it was {IDS[1]}: it is {now} now"):
        await decide(folder, IDS[1], by="Bob")
    everything = await decide(folder, every=True, by="Bob")
    assert (everything.facts["approved"], everything.waiting) == ([], (now,))
    assert everything.complaint.exit_code == 7
    assert now in (folder / "preview.html").read_text()  # there it can be looked at
    assert (await decide(folder, now, by="Bob")).complaint is None
    assert read_approvals(folder)[now].who == "Bob"


async def test_an_edited_claim_voids_what_rests_on_it(folder) -> None:
    await decide(folder, every=True, by="Ada")
    claims = (BRIEF.claims[0], *make_claims("It filters a cup in about 80 seconds.", "claims[2]", "en"))
    (folder / "brief.toml").write_bytes(write_brief(replace(BRIEF, claims=claims)))
    assert [one.what for one in (await decide(folder)).changed] == ["google.rsa.description 2"]


async def test_what_is_no_longer_there_is_told(folder) -> None:
    await decide(folder, IDS[0], by="Ada")
    document = json.loads((folder / "texts.json").read_text())
    (folder / "texts.json").write_text(json.dumps({"texts": document["texts"][1:]}))
    with pytest.raises(QualityError, match=r"was google\.rsa\.headline 1, which changed since or is no longer there"):
        await decide(folder, IDS[0])


@pytest.mark.parametrize(
    ("ids", "says", "hint"),
    [
        (("zzzz",), "has no text, picture or script 'zzzz'", "preview.html"),
        ((f"{IDS[2][:11]}x",), "has no text, picture or script", f"Did you mean {IDS[2]} \\(google.rsa.headline 3\\)"),
        ((IDS[2][:3],), "has no text, picture or script", ""),
        (("\u202e</script>",), "has no text, picture or script", ""),
    ],
)
async def test_an_id_of_nothing_is_refused_with_the_nearest(ids, says, hint, folder) -> None:
    before = names_in(folder)
    with pytest.raises(RequestError, match=says) as refused:
        await decide(folder, IDS[0], *ids)
    assert re.search(hint, refused.value.hint)
    assert names_in(folder) == before


async def test_a_damaged_approval_is_told_and_kept(folder) -> None:
    (folder / "approval.json").write_text('{"approvals": {')
    with pytest.raises(RequestError, match=r"approval\.json") as refused:
        await decide(folder, every=True)
    assert "approve again" in refused.value.hint
    assert (folder / "approval.json").read_text() == '{"approvals": {'


async def test_what_is_no_package_is_refused(tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    for name, says in (("empty", "empty has no brief.toml"), ("missing", "is no folder of a package")):
        with pytest.raises(RequestError, match=says):
            await decide(tmp_path / name, every=True)
    write_package(tmp_path / "several" / "v1")
    with pytest.raises(RequestError, match="has 1 variant") as refused:
        await decide(tmp_path / "several")
    assert refused.value.hint.endswith("several/v1.")
    assert names_in(tmp_path) == {"empty", "several"}


async def test_a_folder_that_cannot_be_written_to_keeps_all_as_it_was(folder, monkeypatch) -> None:
    def refuse(self, target):
        raise OSError(errno.EROFS, "Read-only file system")

    before = names_in(folder)
    monkeypatch.setattr(whole_files.Path, "replace", refuse)
    with pytest.raises(RequestError, match="cannot be written: Read-only file system"):
        await decide(folder, every=True)
    assert names_in(folder) == before


async def test_a_package_that_is_being_made_is_waited_for(folder, monkeypatch) -> None:
    monkeypatch.setattr(recipe, "_PATIENCE_S", 0.1)
    lock = folder.with_name(f".{folder.name}.lock")
    with take_passing_lock(lock), pytest.raises(RequestError, match="another run is writing to package"):
        await decide(folder, every=True)
    assert (await decide(folder, every=True)).complaint is None


async def test_who_decides_is_known_or_asked_for(folder, monkeypatch) -> None:
    monkeypatch.setenv("LOGNAME", "ada")
    await decide(folder, IDS[0])
    assert read_approvals(folder)[IDS[0]].who == "ada"

    def nobody():
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(recipe.getpass, "getuser", nobody)
    with pytest.raises(RequestError, match="it is not known who decides"):
        await decide(folder, IDS[1])
    assert IDS[1] not in read_approvals(folder)


def test_the_same_id_twice_is_refused() -> None:
    with pytest.raises(RequestError, match="approved and rejected at once"):
        ApproveAdsRequest("package", ids=("abcd",), reject=("abcd",))


def test_it_is_a_command(folder, tmp_path) -> None:
    def run(*arguments, code=0):
        environment = {"AUTOMAGIC_HOME": str(tmp_path / "home"), "COLUMNS": "80"}
        process = start("-m", "automagic", "ads", *arguments, cwd=tmp_path, environment=environment)
        out, err = process.communicate(PATIENCE_S)
        assert process.returncode == code, err + out
        return out + err

    picture = next(reversed(read_package(folder).assets))
    told = run("approve", "package", IDS[0], "--reject", picture, "--by", "Ada")
    assert told.startswith("1 approved, 1 rejected, 4 wait\n")
    assert f"{IDS[2]} google.rsa.headline: Discover KeraFilter\n" in told
    assert "Page: package/preview.html" in told
    assert max(map(len, told.splitlines())) <= 80
    refused = run("export", "package", code=7)
    assert "4 of 6 are not approved: google.rsa.headline 2;" in refused
    assert run("approve", "package", "--all").endswith("Next: automagic ads export package\n")
    told = run("export", "package")
    assert "1 asset left out: rejected" in told
    assert "Files: package-export" in told
    assert (tmp_path / "package-export" / "google" / "editor.tsv").exists()
