"""Ads are checked: lines and packages, by command."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from automagic.products.ads.creative import AdText
from automagic.products.ads.package.brief_file import read_brief_file
from automagic.products.ads.package.documents import write_documents
from automagic.products.ads.package.rows import picture_path
from tests.products.ads.package.packages import make_picture
from tests.support.processes.python_programs import PATIENCE_S, start

BRIEF = """
name = "KeraFilter"
kind = "coffee filter"
link = "https://example.org/filter"
claims = ["Made of ceramic, it lasts up to 10 years.", "It filters a cup of coffee in about 90 seconds."]
"""


@pytest.fixture
def check(tmp_path):
    """`automagic ads check`, in a home of its own."""
    (tmp_path / "brief.toml").write_text(BRIEF)

    def run(*arguments, code=0):
        environment = {"AUTOMAGIC_HOME": str(tmp_path / "home"), "COLUMNS": "100"}
        process = start("-m", "automagic", "ads", "check", *arguments, cwd=tmp_path, environment=environment)
        out, err = process.communicate(PATIENCE_S)
        assert process.returncode == code, err + out
        return SimpleNamespace(out=out, err=err)

    return run


def test_lines_are_judged_in_their_order(check, tmp_path) -> None:
    (tmp_path / "lines.txt").write_text("Lasts up to 10 years\n\nLasts 10 years!!\nDiscover KeraFilter\n")
    document = json.loads(check("lines.txt", "--brief", "brief.toml", "--json", code=7).out)
    lines = document["lines"]
    assert [(line["text"], line["grounded"]) for line in lines] == [
        ("Lasts up to 10 years", True),
        ("Lasts 10 years!!", False),
        ("Discover KeraFilter", True),
    ]
    assert lines[0]["claim"]
    assert lines[0]["source"] == "Made of ceramic, it lasts up to 10 years."
    assert lines[1]["claim"] is None
    rules = [finding["rule"] for finding in lines[1]["findings"]]
    assert rules[0] == "brief.grounds"
    assert "google.policy.punctuation" in rules
    assert lines[2]["findings"] == []


def test_lines_that_hold_end_well(check, tmp_path) -> None:
    (tmp_path / "lines.txt").write_text("Made of ceramic\n")
    assert check("lines.txt", "--brief", "brief.toml").out.splitlines() == [
        "1. Made of ceramic",
        "   the brief: Made of ceramic, it lasts up to 10 years.",
    ]


def test_without_a_brief_nothing_is_judged(check, tmp_path) -> None:
    (tmp_path / "lines.txt").write_text("Made of ceramic\n")
    assert "there is no brief to hold the lines against" in check("lines.txt", code=2).err
    (tmp_path / "brief.toml").write_text('name = "KeraFilter"\nkind = "filter"\nlink = "https://example.org/"\n')
    assert "brief.toml has no claim" in check("lines.txt", "--brief", "brief.toml", code=2).err


def test_a_package_is_read_again_against_facts_and_brief(check, tmp_path) -> None:
    rows = [
        ("google.rsa.headline", "Lasts up to 10 years"),
        ("google.rsa.headline", "lasts up to 10 years"),
        ("google.rsa.headline", "It filters a cup of coffee in about 90 seconds"),
        ("google.rsa.final_url", "https://example.org/filter?utm_source=google"),
        ("google.rsa.final_url", "https://elsewhere.org/"),
    ]
    texts = [
        AdText("google-rsa", field, number, text, len(text), 30, (), "", "ready")
        for number, (field, text) in enumerate(rows, 1)
    ]
    (tmp_path / "package").mkdir()
    brief = read_brief_file(BRIEF.encode(), "brief.toml")
    picture, data = make_picture()
    picture = replace(picture, field="google.rda.square_marketing_image", claims=())
    place = tmp_path / "package" / picture_path(picture)
    place.parent.mkdir(parents=True)
    place.write_bytes(data)
    for name, data in write_documents(brief, texts, [picture]).items():
        (tmp_path / "package" / name).write_bytes(data)
    document = json.loads(check("package", "--json", code=7).out)
    (checked,) = document["pictures"]
    assert checked["path"] == "pictures/google-display/kera_300x250.jpg"
    assert [one["says"] for one in checked["findings"]] == [
        "it has 300x250 pixels, and 300x300 is the least.",
        "it is 1.2:1, and 1:1 is taken.",
    ]
    assert f"\n{checked['path']}\n   ✗ it has 300x250 pixels" in check("package", code=7).out
    lines = document["lines"]
    assert [line["grounded"] for line in lines] == [True, True, True, True, False]
    said = [[finding["says"] for finding in line["findings"] if finding["hard"]] for line in lines]
    assert said[0] == said[1] == ["it stands there twice."]
    assert said[2] == ["it is 46 long, and 30 is the most."]
    assert said[3] == ["there are 2, and 1 is the most."]
