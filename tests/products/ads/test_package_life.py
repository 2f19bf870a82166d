"""A package from its brief to the files that platforms import, with an edit on the way."""

from __future__ import annotations

import json

from automagic.products.ads.creative import AdScript
from automagic.products.ads.package.documents import read_package
from tests.support.processes.python_programs import run_command

BRIEF = """\
name = "KeraFilter"
kind = "coffee filter"
link = "https://example.com/kera"
claims = ["Made of ceramic, it lasts up to 10 years.", "It filters a cup of coffee in about 90 seconds."]
"""


def test_an_edited_claim_is_all_that_has_to_be_approved_again(tmp_path) -> None:
    def run(*arguments: str, code: int = 0) -> str:
        ended = run_command("ads", *arguments, cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(tmp_path / "home")})
        assert ended.code == code, ended.err + ended.out
        return ended.out + ended.err

    make = ("make", "brief.toml", "--platform", "google-rsa", "--platform", "meta", "--out", "kera")
    (tmp_path / "brief.toml").write_text(BRIEF)
    run(*make)
    assert "A test of the ads for KeraFilter" in (tmp_path / "kera" / "test-plan.txt").read_text()
    run("export", "kera", code=7)
    run("approve", "kera", "--all", "--by", "Ada")
    run("export", "kera")
    assert (tmp_path / "kera-export" / "google" / "editor.tsv").exists()

    (tmp_path / "brief.toml").write_text(BRIEF.replace("90 seconds", "80 seconds"))
    run(*make)
    package = read_package(tmp_path / "kera")
    waiting = [one for key, one in package.assets.items() if key not in package.approvals]
    assert waiting
    assert all(package.brief.claims[1].id in one.claims for one in waiting)
    assert len(waiting) < len(package.assets)
    assert [one.name for one in waiting if isinstance(one, AdScript)] == ["15s.md"]
    page = (tmp_path / "kera" / "preview.html").read_text()
    assert page.count('class="badge approved"') == len(package.assets) - len(waiting)
    refused = run("export", "kera", code=7)
    assert f"{len(waiting)} of {len(package.assets)} are not approved" in refused
    told = json.loads(run("approve", "kera", "--all", "--by", "Bob", "--json"))
    assert len(told["approved"]) == len(waiting)
    run("export", "kera")
    assert (tmp_path / "kera-export" / "videos" / "15s.md").read_text() == package.scripts[1].text
    lines = (tmp_path / "kera-export" / "google" / "list.txt").read_text()
    assert "80 seconds" in lines
    assert "90 seconds" not in lines
