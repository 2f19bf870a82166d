"""Ads are made by command, from Python and as a job: whole packages, or one sentence why there is none."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from automagic.products.ads.brief import claim_id
from automagic.products.ads.package.documents import read_package
from automagic.products.ads.specs.table import read_specs
from tests.support.places import ROOT
from tests.support.processes.python_programs import run_command, run_python
from tests.support.servers.openai import OpenAIServer
from tests.support.texts.ad_briefs import read_table

BRIEF = """\
name = "KeraFilter"
kind = "coffee filter"
link = "https://example.com/kera?utm_source=paper&x=1#details"
claims = ["Made of ceramic, it lasts up to 10 years.", "It filters a cup of coffee in about 90 seconds."]
"""
EDITED = "It filters a cup of coffee in about 80 seconds."
BAD = read_table("bad_makes.toml")["bad"]
OWN_FACT = """\
[[spec]]
id = "google.rsa.headline"
platform = "google"
format = "rsa"
kind = "text"
hard = true
confirmed = true
evidence = "official"
source = "https://example.com/limits"
checked = "2020-01-01"
"""


@pytest.fixture
def ads(tmp_path: Path):
    """`automagic ads make`, beside a good brief."""
    (tmp_path / "brief.toml").write_text(BRIEF)

    def run(*arguments: str, code: int = 0, **settings: str) -> Any:
        environment = {"AUTOMAGIC_HOME": str(tmp_path / "home"), "COLUMNS": "200", **settings}
        ended = run_command("ads", "make", *arguments, cwd=tmp_path, environment=environment)
        assert ended.code == code, ended.err + ended.out
        return ended

    return run


def read_json(ended: Any) -> Any:
    return json.loads(ended.out)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_package_is_written_and_can_be_read_again(ads, tmp_path) -> None:
    document = read_json(ads("brief.toml", "--platform", "google-rsa", "--platform", "pmax", "--json"))
    folder = tmp_path / "final_ads" / "kerafilter-en"
    assert document["package"] == document["folder"] == "final_ads/kerafilter-en"
    package = read_package(folder)
    assert [one.text for one in package.texts] == [row["text"] for row in document["texts"]]
    assert package.changed == {}
    assert package.brief.link == "https://example.com/kera?utm_source=paper&x=1#details"
    for row in document["texts"]:
        assert {"id", "platform", "field", "text", "length", "limit", "claim", "state"} <= row.keys()
        assert row["length"] <= row["limit"]
        assert row["state"] == "ready"
    assert {row["platform"] for row in document["texts"]} == {"google-rsa", "pmax"}
    assert "https://example.com/kera?utm_source=paper&x=1#details" in [row["text"] for row in document["texts"]]
    read = json.loads((folder / "metadata.json").read_text())["specifications"]
    assert read["google.rsa.headline"] == read_specs().find("google.rsa.headline").checked.isoformat()


def test_the_least_brief_is_enough_for_every_platform(ads, tmp_path) -> None:
    (tmp_path / "brief.toml").write_text(
        'name = "Kera"\nkind = "filter"\nlink = "https://example.com/"\nclaims = ["It is made of clay."]\n'
    )
    document = read_json(ads("brief.toml", "--json", "--plan"))
    assert document["platforms"] == [one.name for one in read_specs().platforms]
    assert {row["platform"] for row in document["texts"]} == set(document["platforms"])


def test_a_text_is_a_brief_with_flags_for_the_rest(ads, tmp_path) -> None:
    (tmp_path / "kera.md").write_text("# KeraFilter\n\nThe filter is made of clay. Order now!\n")
    given = ("--kind", "coffee filter", "--link", "https://example.com/kera", "--platform", "openai")
    document = read_json(ads("kera.md", *given, "--json"))
    assert document["texts"][0]["source"] == "The filter is made of clay."
    assert tomllib.loads((tmp_path / document["package"] / "brief.toml").read_text())["kind"] == "coffee filter"


def test_variants_begin_with_other_claims_and_lie_side_by_side(ads, tmp_path) -> None:
    document = read_json(ads("brief.toml", "--platform", "openai", "--variants", "2", "--out", "out", "--json"))
    first, second = ([row["text"] for row in document["texts"] if row["variant"] == number] for number in (1, 2))
    assert first != second
    packages = [read_package(tmp_path / "out" / name) for name in ("v1", "v2")]
    assert [[one.text for one in package.texts] for package in packages] == [first, second]


def test_a_plan_changes_nothing_and_doubts_what_is_old(ads, tmp_path) -> None:
    (tmp_path / "home").mkdir()
    limits = 'max = 30\ncount = "width"\nmin_items = 3\nmax_items = 15\n'
    (tmp_path / "home" / "ad_specs.toml").write_text(OWN_FACT + limits)
    document = read_json(ads("brief.toml", "--platform", "google-rsa", "--plan", "--json"))
    assert document["package"] is None
    assert document["texts"]
    old = {one["rule"]: one["checked"] for one in document["doubts"]}
    assert old["google.rsa.headline"] == "2020-01-01"
    told = "1 were read more than 90 days ago, google.rsa.headline on 2020-01-01"
    assert any(told in one for one in document["notices"])
    assert {path.name for path in tmp_path.iterdir()} == {"brief.toml", "home"}


def test_what_a_person_reads_fits_a_terminal(ads, tmp_path) -> None:
    shown = ads("brief.toml", "--plan").out
    assert max(map(len, shown.splitlines())) <= 80
    assert "google.rsa.headline" in shown
    assert "Lasts up to 10 years" in shown
    assert "the brief: Made of ceramic, it lasts up to 10 years." in shown
    assert all(line == line.rstrip() for line in shown[shown.index("google-rsa") :].splitlines())


def test_the_example_is_as_the_page_shows_it(tmp_path) -> None:
    (shown,) = re.findall(r"```text\n(google-rsa\n.*?)```", (ROOT / "docs" / "ads.md").read_text(), re.DOTALL)
    arguments = ("ads", "make", "examples/ad-brief.toml", "--platform", "google-rsa", "--plan")
    ended = run_command(*arguments, cwd=ROOT, environment={"AUTOMAGIC_HOME": str(tmp_path / "home")})
    assert shown in ended.out, ended.err


def test_texts_that_clash_are_named(ads) -> None:
    findings = read_json(ads("brief.toml", "--platform", "google-rsa", "--json"))["findings"]
    told = " ".join(one["says"] for one in findings if one["rule"] == "brief.combinations")
    assert "“Lasts up to 10 years” and description 2 “Made of ceramic, it lasts up to 10 years.” say the same" in told
    assert "of 120 combinations" in told


@pytest.mark.parametrize(
    ("claim", "subject"), [("It lowers cholesterol.", "health"), ("A loan at 3.9 % APR.", "finance")]
)
def test_what_is_delicate_waits_for_a_person_with_its_subject(ads, tmp_path, claim, subject) -> None:
    (tmp_path / "brief.toml").write_text(BRIEF.replace("claims = [", f'claims = ["{claim}", '))
    texts = read_json(ads("brief.toml", "--platform", "pmax", "--json"))["texts"]
    assert {row["state"] for row in texts} == {"pending"}
    for row in texts:
        assert f"the brief is about {subject}: a person" in " ".join(one["says"] for one in row["findings"])


# ------------------------------------------------------------------------------------------------------- pictures


@pytest.fixture
def pictures(ads: Any, tmp_path: Path) -> None:
    """A photograph and a logo beside the brief."""
    (tmp_path / "photo.jpg").write_bytes((ROOT / "examples" / "jar.jpg").read_bytes())
    logo = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    logo.paste((140, 30, 30, 255), (20, 20, 380, 180))
    logo.save(tmp_path / "logo.png")
    with (tmp_path / "brief.toml").open("a") as file:
        file.write('pictures = ["photo.jpg"]\nlogo = "logo.png"\n')


@pytest.mark.usefixtures("pictures")
def test_a_package_holds_its_pictures(ads, tmp_path) -> None:
    document = read_json(ads("brief.toml", "--platform", "pmax", "--platform", "pinterest", "--out", "out", "--json"))
    assert {row["family"] for row in document["pictures"] if row["platform"] == "pmax"} == {"clean"}
    assert {row["family"] for row in document["pictures"] if row["platform"] == "pinterest"} == {"designed"}
    package = read_package(tmp_path / "out")
    assert len(package.pictures) == len(document["pictures"])
    for row in document["pictures"]:
        with Image.open(tmp_path / "out" / row["path"]) as picture:
            assert picture.size == (row["width"], row["height"])
        assert row["alt"]
    assert not [one for one in document["findings"] if one["hard"]]


@pytest.mark.usefixtures("pictures")
def test_an_edited_claim_draws_anew_what_shows_it(ads, tmp_path) -> None:
    arguments = ("brief.toml", "--platform", "pmax", "--platform", "meta", "--json")
    first = read_json(ads(*arguments))
    assert read_json(ads(*arguments))["steps"]["miss"] == 0
    (tmp_path / "brief.toml").write_text((tmp_path / "brief.toml").read_text().replace("about 90", "about 80"))
    second = read_json(ads(*arguments))
    known = {row["sha256"] for row in first["pictures"]}
    drawn = [row for row in second["pictures"] if row["sha256"] not in known]
    assert drawn
    assert all(claim_id(EDITED) in row["claims"] for row in drawn)
    designed = [row for row in second["pictures"] if row["family"] == "designed"]
    assert second["steps"]["miss"] <= len(designed)
    assert second["steps"]["hit"] >= len(second["pictures"]) - len(designed)


def test_what_was_approved_stays_approved_but_for_what_was_edited(ads, tmp_path) -> None:
    (tmp_path / "brief.toml").write_text(f'{BRIEF}campaign = "Spring"\n')
    environment = {"AUTOMAGIC_HOME": str(tmp_path / "home")}
    arguments = ("brief.toml", "--platform", "google-rsa", "--json")
    first = read_json(ads(*arguments))
    ended = run_command("ads", "approve", first["package"], "--all", cwd=tmp_path, environment=environment)
    assert ended.code == 0, ended.err
    (tmp_path / "brief.toml").write_text((tmp_path / "brief.toml").read_text().replace("about 90", "about 80"))
    second = read_json(ads(*arguments))
    package = read_package(tmp_path / second["package"])
    waiting = {row["text"] for row in second["texts"] if row["id"] not in package.approvals}
    assert waiting == {row["text"] for row in second["texts"] if row["claim"] == claim_id(EDITED)}
    assert waiting
    ended = run_command("ads", "export", second["package"], cwd=tmp_path, environment=environment)
    assert ended.code != 0
    for step in (("approve", second["package"], "--all"), ("export", second["package"])):
        ended = run_command("ads", *step, cwd=tmp_path, environment=environment)
        assert ended.code == 0, ended.err


# ------------------------------------------------------------------------------------------------ language models


def say(server: OpenAIServer, *lines: str) -> None:
    server.say(json.dumps({"lines": list(lines)}))


def test_lines_of_a_model_pass_the_gate_and_wait_or_are_told(ads) -> None:
    with OpenAIServer() as server:
        say(server, "KeraFilter is made of ceramic", "The best filter, it lasts 10 years")
        say(server, "KeraFilter filters a cup of coffee in about 90 seconds", "Filters coffee in 90 seconds")
        settings = {"OPENAI_API_KEY": server.key, "OPENAI_BASE_URL": f"{server.url}/v1"}
        arguments = ("brief.toml", "--platform", "google-rsa", "--platform", "pmax", "--writer", "openai", "--json")
        document = read_json(ads(*arguments, **settings))
        assert len(server.calls) == 2
        sent = [json.loads(json.loads(call.body)["messages"][-1]["content"]) for call in server.calls]
        assert sorted(one["claim"] for one in sent) == sorted(tomllib.loads(BRIEF)["claims"])
        again = read_json(ads(*arguments, **settings))
        assert len(server.calls) == 2
    assert again["texts"] == document["texts"]
    assert again["steps"]["miss"] == 0
    pending = [row for row in document["texts"] if row["state"] == "pending"]
    assert pending
    assert all(row["source"] in tomllib.loads(BRIEF)["claims"] for row in pending)
    left_out = " ".join(one["says"] for one in document["findings"])
    assert "left out “Filters coffee in 90 seconds”" in left_out
    assert "left out “The best filter, it lasts 10 years”" in left_out
    assert not any("best" in row["text"] for row in document["texts"])


def test_an_edited_claim_is_bought_anew_alone(ads, tmp_path) -> None:
    with OpenAIServer() as server:
        server.say(*[json.dumps({"lines": ["It lasts"]})] * 3)
        settings = {"OPENAI_API_KEY": server.key, "OPENAI_BASE_URL": f"{server.url}/v1"}
        arguments = ("brief.toml", "--platform", "openai", "--writer", "openai", "--json")
        ads(*arguments, **settings)
        assert len(server.calls) == 2
        (tmp_path / "brief.toml").write_text(BRIEF.replace("90 seconds", "80 seconds"))
        ads(*arguments, **settings)
        assert len(server.calls) == 3
        server.say(*[json.dumps({"lines": ["It lasts"]})] * 2)
        ads(*arguments, "--redo", "write-ad-lines", **settings)
        assert len(server.calls) == 5


def test_who_cannot_be_reached_is_told_and_the_brief_speaks(ads) -> None:
    settings = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    arguments = ("brief.toml", "--platform", "openai", "--json")
    document = read_json(ads(*arguments, "--writer", "openai,extract", **settings))
    assert any("openai could not write the lines" in notice for notice in document["notices"])
    assert {row["state"] for row in document["texts"]} == {"ready"}
    assert "Traceback" not in ads(*arguments, "--writer", "openai", code=4, **settings).err
    assert "openai needs OPENAI_API_KEY" in ads(*arguments, "--writer", "openai", code=3).err


def test_a_plan_says_what_a_model_would_cost_and_buys_nothing(ads, tmp_path) -> None:
    document = read_json(ads("brief.toml", "--writer", "openai", "--plan", "--json", OPENAI_API_KEY="k"))
    assert [step["price_usd"] > 0 for step in document["plan"] if step["name"] == "write-ad-lines"] == [True, True]
    assert not (tmp_path / "final_ads").exists()


# ----------------------------------------------------------------------------------------------------- bad input


@pytest.fixture
def bad_pictures(tmp_path: Path) -> None:
    Image.new("RGB", (100, 100)).save(tmp_path / "small.png")
    Image.new("1", (8000, 5000)).save(tmp_path / "bomb.png")
    frames = [Image.new("RGB", (300, 300), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><rect width="9" height="9"/>{}</svg>'
    (tmp_path / "script.svg").write_text(svg.format("<script>alert(1)</script>"))
    (tmp_path / "outside.svg").write_text(svg.format('<image href="https://example.com/a.png" width="1" height="1"/>'))


@pytest.mark.usefixtures("bad_pictures")
@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad["name"])
def test_what_cannot_be_made_is_said_in_a_sentence_and_nothing_is_written(bad: dict[str, Any], ads, tmp_path) -> None:
    own = tomllib.loads(bad["brief"])
    kept = [line for line in BRIEF.splitlines() if line.partition(" = ")[0] not in own]
    (tmp_path / "brief.toml").write_text("\n".join([*kept, bad["brief"]]))
    before = {path.name for path in tmp_path.iterdir()}
    said = ads("brief.toml", *bad.get("command", ()), code=2).err
    assert bad["says"] in said
    assert "Traceback" not in said
    assert {path.name for path in tmp_path.iterdir()} - before <= {"home"}


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("gone.toml", "gone.toml"),
        ("http://127.0.0.1:9/shop", "127.0.0.1"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("", "there is no brief"),
    ],
)
def test_a_brief_that_is_nowhere_is_refused(ads, tmp_path, source, says) -> None:
    assert says in ads(source, code=2).err
    assert not (tmp_path / "final_ads").exists()


def test_praise_without_proof_is_kept_out_and_told(ads, tmp_path) -> None:
    (tmp_path / "brief.toml").write_text(BRIEF.replace("claims = [", 'claims = ["The best filter in the world.", '))
    document = read_json(ads("brief.toml", "--plan", "--json"))
    assert not any("best" in row["text"].lower() for row in document["texts"])
    assert any("Kept out (claims[1]): “The best”" in notice for notice in document["notices"])


def test_an_own_fact_that_cannot_be_true_is_refused(ads, tmp_path) -> None:
    (tmp_path / "home").mkdir()
    for fault, says in (("max = 3\nmin = 9\ncount = 'chars'\n", "min of 9"), ("count = 'letters'\n", "letters")):
        (tmp_path / "home" / "ad_specs.toml").write_text(OWN_FACT + fault)
        assert says in ads("brief.toml", code=2).err
    assert not (tmp_path / "final_ads").exists()


def test_two_briefs_of_one_campaign_are_refused(ads, tmp_path) -> None:
    ads("brief.toml", "--platform", "openai")
    before = files_of(tmp_path / "final_ads")
    (tmp_path / "two.toml").write_text(BRIEF.replace("/kera?", "/two?"))
    assert "final_ads/kerafilter-en is the campaign 'KeraFilter'" in ads("two.toml", "--platform", "openai", code=2).err
    (tmp_path / "two.toml").write_text(BRIEF.replace('"KeraFilter"', '"Two"\ncampaign = "kerafilter"'))
    assert "is the campaign" in ads("two.toml", "--platform", "openai", "--out", "final_ads/two", code=2).err
    assert files_of(tmp_path / "final_ads") == before
    (tmp_path / "two.toml").write_text(BRIEF.replace('"KeraFilter"', '"KeraFilter"\ncampaign = "Winter"'))
    ads("two.toml", "--platform", "openai")


FAILING = """
import errno, os, signal, sys
from automagic.stages import result_folder
real, left = result_folder._write, [{left}]
def write(target, content):
    left[0] -= 1
    if left[0] < 0:
        {fault}
    return real(target, content)
result_folder._write = write
from automagic.cli.main import run
sys.exit(run(sys.argv[1:]))
"""
FULL = 'raise OSError(errno.ENOSPC, "No space left on device")'
KILLED = "os.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.parametrize(("fault", "code"), [(FULL, 5), (KILLED, -9)])
@pytest.mark.parametrize("left", [0, 2])
def test_a_package_is_whole_or_absent(ads, tmp_path, fault, code, left) -> None:
    arguments = ("ads", "make", "brief.toml", "--platform", "openai")
    environment = {"AUTOMAGIC_HOME": str(tmp_path / "home")}
    program = FAILING.format(left=left, fault=fault)
    ended = run_python("-c", program, *arguments, cwd=tmp_path, environment=environment)
    assert ended.code == code, ended.err
    assert list(tmp_path.glob("final_ads/[!.]*")) == []
    ads("brief.toml", "--platform", "openai")
    assert list(tmp_path.glob("final_ads/.*")) == []
    read_package(tmp_path / "final_ads" / "kerafilter-en")


# ------------------------------------------------------------------------------------------- as all products have it


FROM_PYTHON = """
import asyncio
from automagic import MakeAdsRequest, open_studio
async def main():
    async with open_studio() as studio:
        result = await studio.run(MakeAdsRequest("brief.toml", platforms=("OpenAI",), count=2))
        print(result.folder, len(result.variants), result.title)
asyncio.run(main())
"""


def test_it_is_there_from_python(ads, tmp_path) -> None:
    ended = run_python("-c", FROM_PYTHON, cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(tmp_path / "home")})
    assert ended.out == "final_ads/kerafilter-en 2 ads for KeraFilter\n", ended.err


def test_a_job_takes_the_brief_and_its_pictures_along(ads, tmp_path) -> None:
    def run(*arguments: str) -> Any:
        ended = run_command(*arguments, cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(tmp_path / "home")})
        assert ended.code == 0, ended.err + ended.out
        return SimpleNamespace(out=ended.out)

    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "kera").mkdir()
    Image.effect_noise((1200, 1200), 60).convert("RGB").save(tmp_path / "shop" / "kera" / "photo.png")
    (tmp_path / "shop" / "brief.toml").write_text(f'{BRIEF}pictures = ["kera/photo.png"]\n')
    run("jobs", "add", "ads", "make", "shop/brief.toml", "--platform", "openai", "--key", "one")
    line = {"kind": "ads make", "source": "shop/brief.toml", "platform": "openai, pmax", "variants": 2, "key": "two"}
    (tmp_path / "more.jsonl").write_text(json.dumps(line))
    run("jobs", "add", "--batch", "more.jsonl")
    (tmp_path / "lines.txt").write_text("Made of ceramic\n")
    run("jobs", "add", "ads", "check", "lines.txt", "--brief", "shop/brief.toml", "--key", "three")
    (tmp_path / "shop").rename(tmp_path / "moved")
    run("worker", "--drain")
    run("jobs", "fetch", "one", "--out", "one")
    run("jobs", "fetch", "two", "--out", "two")
    assert {row.platform for row in read_package(tmp_path / "one").texts} == {"openai"}
    assert {row.platform for row in read_package(tmp_path / "two" / "v2").texts} == {"openai", "pmax"}
    assert read_package(tmp_path / "one").brief.pictures[0].name == "kera/photo.png"
    jobs = json.loads(run("jobs", "list", "--json").out)["jobs"]
    assert {job["state"] for job in jobs} == {"succeeded"}


def test_a_schedule_makes_ads(ads, tmp_path) -> None:
    arguments = ("schedule", "add", "kera", "--at", "09:00", "--kind", "ads make", "--set", "source=brief.toml")
    ended = run_command(*arguments, cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(tmp_path / "home")})
    assert ended.code == 0, ended.err + ended.out
