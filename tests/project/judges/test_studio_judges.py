"""What only a real browser and axe can say: whether the studio can be read, and worked by keyboard alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from automagic.data import shipped
from tests.support.places import ROOT
from tests.support.programs.environments import call, make_venv
from tests.support.web.automagic_web import run_web

pytestmark = [pytest.mark.judges, pytest.mark.timeout(3600)]

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")

LOOK = r"""
import json, sys
from playwright.sync_api import sync_playwright
base, axe_file, browser, *paths = sys.argv[1:]
axe, told = open(axe_file).read(), {"violations": [], "overflow": [], "console": [], "statuses": []}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
with sync_playwright() as started:
    chromium = started.chromium.launch(executable_path=browser, args=["--no-sandbox"])
    for width in (400, 1280):
        for scheme in ("light", "dark"):
            view = {"width": width, "height": 900}
            context = chromium.new_context(viewport=view, color_scheme=scheme, bypass_csp=True)
            for path in paths:
                page = context.new_page()
                page.on("request", lambda one: None if one.url.startswith(base) else told["console"].append(one.url))
                told["statuses"].append(page.goto(base + path).status)
                page.evaluate(axe)
                found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
                told["violations"] += [(path, width, scheme, one["id"], one["nodes"][0]["html"][:200]) for one in found]
                if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                    told["overflow"].append((path, width))
                page.close()
            context.close()

    page = chromium.new_page()  # with its own policy, by keyboard alone
    page.on("console", lambda one: told["console"].append(one.text) if one.type in ("error", "warning") else None)
    def reach(selector, key="Tab", most=80):
        for _ in range(most):
            if page.evaluate("one => document.activeElement && document.activeElement.matches(one)", selector):
                return True
            page.keyboard.press(key)
        raise SystemExit(f"{selector} is not reached by {key} at {page.url}")
    page.goto(base + "/")
    reach("#what")
    page.keyboard.type("# Why ice floats\n\nIce is lighter than water. A lake freezes from above.")
    reach("main form button.first")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new")
    told["plan"] = page.locator("#planned").inner_text()
    reach("#planned button.first")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*")
    told["run"] = page.locator("main").inner_text()
    reach("form[action$='/cancel'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("main .state.cancelled")
    page.goto(page.url + "/edit")
    reach("#w-1")
    page.keyboard.press("Control+A")
    page.keyboard.type("A lake freezes from the top.")
    reach("button[value=plan]", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#change")
    told["change"] = page.locator("#change").inner_text()
    reach("button[value=keep]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit")
    told["kept"] = page.locator("#w-1").input_value()

    other = chromium.new_page()  # two editors: the second is told
    for one in (page, other):
        one.goto(page.url)
    for one, words in ((page, "The first."), (other, "The second.")):
        one.locator("#w-1").fill(words)
        one.locator("button[value=keep]").click()
        one.wait_for_load_state()
    told["second"] = other.locator("[role=alert]").inner_text()

    live = chromium.new_page()  # a list that is open tells of what happens elsewhere
    live.goto(base + "/runs")
    before = live.locator("tbody tr").count()
    page.goto(base + "/")
    page.locator("#what").fill("Why the sky is blue, told in a line")
    page.locator("main form button.first").click()
    page.wait_for_url("**/new")
    told["offline_topic"] = page.locator("#planned").inner_text()

    plain = chromium.new_context(java_script_enabled=False).new_page()
    plain.goto(base + "/")
    plain.locator("#what").fill("# Ice\n\nIce is lighter than water. It floats in a glass.")
    plain.locator("main form button.first").click()
    plain.wait_for_load_state()
    plain.locator("#planned button.first").click()
    plain.wait_for_load_state()
    told["without_script"] = plain.locator("main").inner_text()
    live.wait_for_function("count => document.querySelectorAll('tbody tr').length > count", arg=before, timeout=15000)
    told["live"] = True
    chromium.close()
print(json.dumps(told))
"""

ENTER = r"""
import json, sys
from playwright.sync_api import sync_playwright
base, link, browser = sys.argv[1:]
told = {}
with sync_playwright() as started:
    chromium = started.chromium.launch(executable_path=browser, args=["--no-sandbox"])
    context = chromium.new_context()
    page = context.new_page()
    page.goto(base + "/runs")
    told["stranger"] = page.url.removeprefix(base)
    page.goto(link)  # in the same tab only what is behind the # changes
    page.wait_for_url(base + "/")
    page.goto(base + "/runs")
    told["known"] = page.url.removeprefix(base)
    told["cookies"] = [(one["httpOnly"], one["sameSite"]) for one in context.cookies()]
    other = chromium.new_context().new_page()
    other.goto(link)
    other.wait_for_selector("[role=alert]")
    told["again"] = other.locator("[role=alert]").inner_text()
    chromium.close()
print(json.dumps(told))
"""


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here")
def test_a_printed_link_lets_one_browser_in(tmp_path: Path) -> None:
    python = make_venv(tmp_path / "venv", "playwright==1.65.2")
    with run_web(tmp_path / "home", "--token") as server:
        found = re.search(r"http\S+#\S+", server.said.read_text())
        assert found
        command = [python, "-c", ENTER, f"http://127.0.0.1:{server.port}", found[0], str(BROWSER)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["stranger"], told["known"], told["cookies"]) == ("/enter", "/runs", [[True, "Strict"]])
    assert "does not let in" in told["again"]


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here")
def test_the_studio_is_read_and_worked_in_a_browser(tmp_path: Path) -> None:
    call("npm", "install", "--no-save", "--prefix", tmp_path, "axe-core@4.14.1", cwd=tmp_path)
    python = make_venv(tmp_path / "venv", "playwright==1.65.2")
    home = tmp_path / "home"
    brief = tmp_path / "kettle.toml"
    brief.write_text(
        'name = "Kettle"\nkind = "kettle"\nlink = "https://example.com/kettle"\n'
        'claims = ["It boils a liter in two minutes.", "It is made of steel.", "It has a warranty of five years."]\n'
    )

    def run(*arguments: str) -> str:
        return call(sys.executable, "-m", "automagic", *arguments, cwd=tmp_path, AUTOMAGIC_HOME=str(home))

    run("posts", "learn", str(ROOT / "examples/devils-dictionary"), "--author", "bierce", "--mine")
    ads = run("jobs", "add", "ads", "make", str(brief), "--platform", "google-rsa", "--platform", "meta").split(":")[0]
    ice = str(shipped("samples/ice.md"))
    posts = run("jobs", "add", "posts", "write", "--author", "bierce", "--source", ice).split(":")[0]
    video = run("jobs", "add", "video", "--source", ice, "--draft", "--voice", "espeak").split(":")[0]
    run("worker", "--drain")
    paths = ["/", "/runs", "/approvals", "/posts", "/ads", "/archive", "/archive?q=ice", "/performance", "/schedules"]
    paths += [
        "/spend",
        "/settings",
        "/enter",
        f"/runs/{video}",
        f"/runs/{video}/edit",
        f"/posts/{posts}",
        f"/ads/{ads}",
    ]
    with run_web(home) as server:
        axe = tmp_path / "node_modules" / "axe-core" / "axe.min.js"
        command = [python, "-c", LOOK, f"http://127.0.0.1:{server.port}", axe, str(BROWSER), *paths]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["violations"] == []
    assert told["overflow"] == []
    assert [one for one in told["console"] if "422" not in one] == []
    assert set(told["statuses"]) == {200}
    assert "2 scenes" in told["plan"] or "3 scenes" in told["plan"]
    assert "It waits for a worker" in told["run"]
    assert "would be made again" in told["change"]
    assert told["kept"] == "A lake freezes from the top."
    assert "changed meanwhile" in told["second"]
    assert "+The second." in told["second"]
    assert "It waits for a worker" in told["without_script"]
    assert told["live"] is True
