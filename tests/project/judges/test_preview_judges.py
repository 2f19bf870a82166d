"""What only a real browser, axe and an HTML checker can say: whether the page of a package can be read and worked."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from automagic.products.ads.creative import AdText
from automagic.products.ads.package.assets import asset_id
from automagic.products.ads.preview.page import write_preview
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.package.packages import BRIEF, CERAMIC, TEXTS, make_picture, make_text
from tests.support.programs.environments import call, make_venv

pytestmark = [pytest.mark.judges, pytest.mark.timeout(3600)]

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")

LOOK = """
import json, sys
from playwright.sync_api import sync_playwright
page_file, axe_file, browser = sys.argv[1:]
axe, told = open(axe_file).read(), {"violations": [], "overflow": [], "console": []}
with sync_playwright() as started:
    chromium = started.chromium.launch(executable_path=browser, args=["--no-sandbox"])
    for width in (400, 1280):
        for scheme in ("light", "dark"):
            page = chromium.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
            ).new_page()
            page.goto("file://" + page_file)
            page.evaluate(axe)
            rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
            found = page.evaluate("rules => axe.run({runOnly: rules})", rules)["violations"]
            told["violations"] += [(width, scheme, one["id"], one["nodes"][0]["html"]) for one in found]
            told["overflow"].append(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
    page = chromium.new_page()  # with its own policy
    page.on("console", lambda one: told["console"].append(one.text))
    page.on("request", lambda one: None if one.url[:5] in ("file:", "data:") else told["console"].append(one.url))
    page.goto("file://" + page_file)
    box = page.locator("[data-shuffler]").first
    heads = lambda: box.locator(".search .heads").first.inner_text()
    told["worst"] = [heads(), box.locator("output").inner_text()]
    box.locator("button[value='1']").focus()
    page.keyboard.press("Enter")
    told["next"] = [heads(), box.locator("output").inner_text()]
    told["no_command"] = page.locator("#choice").is_visible()
    for one in (0, 2):
        page.locator(".field .pick input").nth(one).focus()
        page.keyboard.press("Space")
    told["command"] = page.locator("#choice code").inner_text()
    told["hidden"] = page.locator("svg.zone").first.is_visible()
    page.locator("#zones").focus()
    page.keyboard.press("Space")
    told["shown"] = page.locator("svg.zone").first.is_visible()
    told["width"] = page.locator("figure.page img").first.evaluate("one => one.getBoundingClientRect().width")
    plain = chromium.new_context(java_script_enabled=False).new_page()
    plain.goto("file://" + page_file)
    told["steps_without_script"] = plain.locator(".steps").first.is_visible()
    plain.locator(".combinations summary").first.click()
    told["listed_without_script"] = plain.locator(".combinations li").first.is_visible()
    chromium.close()
print(json.dumps(told))
"""


def _page() -> bytes:
    """One page with all that a page can have."""
    picture, data = make_picture()
    tall = replace(picture, platform="meta", field="meta.stories.image", width=1080, height=1920)
    wide = replace(picture, name="kera_970x250.jpg")
    long = " ".join([CERAMIC] * 5)
    texts: list[AdText] = [
        *TEXTS,
        make_text("google.rsa.headline", "Lasts up to 12 years", 4),
        replace(make_text("linkedin.image.intro", long, platform="linkedin"), shown=150),
        make_text("meta.stories.primary_text", "يدوم حتى عشر سنوات", platform="meta"),
        make_text("tiktok.in_feed.ad_text", '"></script><b>', platform="tiktok"),
    ]
    return write_preview(BRIEF, texts, [picture, wide, tall], {picture.file: data}, read_specs())


def test_html_validate_finds_nothing_in_the_page(tmp_path: Path) -> None:
    call("npm", "install", "--no-save", "--prefix", tmp_path, "html-validate@10.17.0", cwd=tmp_path)
    (tmp_path / "preview.html").write_bytes(_page())
    checker = tmp_path / "node_modules" / ".bin" / "html-validate"
    command = [checker, "--preset", "recommended", tmp_path / "preview.html"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here")
def test_the_page_is_read_and_worked_in_a_browser(tmp_path: Path) -> None:
    tmp_path = tmp_path / "it's mine & yours"
    tmp_path.mkdir()
    call("npm", "install", "--no-save", "--prefix", tmp_path, "axe-core@4.14.1", cwd=tmp_path)
    python = make_venv(tmp_path / "venv", "playwright==1.65.2")
    (tmp_path / "preview.html").write_bytes(_page())
    axe = tmp_path / "node_modules" / "axe-core" / "axe.min.js"
    command = [python, "-c", LOOK, tmp_path / "preview.html", axe, str(BROWSER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["violations"] == []
    assert told["overflow"] == [0, 0, 0, 0]
    assert told["console"] == []
    assert told["worst"][1].startswith("1 of ")
    assert told["next"][1].startswith("2 of ")
    assert told["worst"][0] != told["next"][0]
    folder = str(tmp_path)
    ids = [asset_id(TEXTS[at], BRIEF) for at in (0, 2)]
    expected = ["automagic", "ads", "approve", folder, "--all", "--reject", ids[0], "--reject", ids[1]]
    assert (told["no_command"], shlex.split(told["command"])) == (False, expected)
    assert (told["hidden"], told["shown"]) == (False, True)
    assert told["width"] == 300
    assert (told["steps_without_script"], told["listed_without_script"]) == (False, True)
