"""The page to choose clips from: everything is on it, and nobody's text becomes a part of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.products.clips.contact_sheet import SheetClip, write_batch_page, write_sheet
from automagic.products.clips.planning.edited import CutPlan, read_plan
from automagic.values.artifact import Artifact
from automagic.values.clip_plan import ClipPlan, KeptRange
from automagic.values.moments import Contribution, Moment, MomentChoice, Rejection
from automagic.values.report import Measure
from automagic.values.words import Word

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "</style><svg onload=alert(1)>",
    "<!-- {{ 7 * 7 }} {% for x in y %} -->",
    "&lt;b&gt; &amp; \u202etxt.exe\u2028",
    "]]><![CDATA[",
    "`$(touch x)`; rm -rf '",
)
VOID = {"meta", "input", "link", "img", "br", "hr"}


class Page(HTMLParser):
    """What a browser would make of it: elements with their attributes, and the text of each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)

    def skeleton(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tag, tuple(sorted(attributes))) for tag, attributes in self.elements]

    def attributes(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def moment(text: str, score: float = 2.5) -> Moment:
    reasons = (
        Contribution("hook", 0.9, 3.0, f"opens with “{text}”"),
        Contribution("fillers", 0.5, -1.0, text),
        Contribution("density", 0.0, 1.0, "nothing"),
    )
    return Moment("0a1b2c3d", "a", "b", 62.0, 95.5, text, score, reasons)


def sheet(text: str, *, file: str = "talk.mp4", clips: int = 2, passed: bool = True) -> tuple[str, CutPlan]:
    """A page in which every text that is somebody else's is this one."""
    words = (Word(text or "x", 62.0, 63.0),)
    plans = tuple(
        ClipPlan(f"id{n}", text, (KeptRange(61.8, 70.0), KeptRange(72.0, 95.8)), words=words) for n in range(clips)
    )
    plan = CutPlan(text, "0" * 64, file, plans)
    one = moment(text)
    measures = (
        Measure("loudness_lufs", -14.1, "-14 ± 0.5", "pass"),
        Measure("words_cut", 1, "0", "pass" if passed else "fail", f"“{text}” at 3.20 s"),
    )
    entries: list[dict[str, Any]] = [
        {
            "number": n + 1,
            "id": f"id{n}",
            "title": text,
            "folder": f"{n + 1}-a-clip",
            "videos": {"shorts": "video.mp4"},
            "thumbnails": {"shorts": "thumbnail.jpg"},
            "duration_s": 32.0,
            "stretches": msgspec.to_builtins(plans[n].stretches),
            "passed": passed,
            "text": text,
            "score": one.score,
            "why": [{**msgspec.to_builtins(reason), "points": reason.points} for reason in one.contributions],
            "framing": {"shorts": [{"start_s": 61.8, "layout": "hold", "why": text}]},
        }
        for n in range(clips)
    ]
    choice = MomentChoice((one,), (Rejection(moment(text, 1.25), text),), 48, "features", (text,))
    page = write_sheet(
        plan,
        [SheetClip(entry, ("video.mp4", "thumbnail.jpg", "words.json"), {"shorts": measures}) for entry in entries],
        choice,
        note="Scores are editorial.",
        files=["plan.json", "clips.json"],
    )
    return page, plan


PLAIN = Page(sheet("A plain title")[0])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(text: str) -> None:
    written, _ = sheet(text)
    page = Page(written)
    assert page.skeleton() == PLAIN.skeleton()
    assert text in page.texts["h1"]
    assert sum(text in part for part in page.texts["p"]) >= 3
    assert written.count("<script") == 2


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), min_size=1, max_size=60))
def test_no_text_changes_what_the_page_is_made_of(text: str) -> None:
    assert Page(sheet(text)[0]).skeleton() == PLAIN.skeleton()


@pytest.mark.parametrize("text", HOSTILE)
def test_the_plan_on_the_page_is_the_plan(text: str, tmp_path: Path) -> None:
    written, plan = sheet(text)
    (data,) = re.findall(r'<script type="application/json" id="plan">(.*?)</script>', written, re.DOTALL)
    path = tmp_path / "chosen.json"
    decoded = json.loads(data)
    path.write_text(json.dumps(decoded), "utf-8")
    recording = Artifact("0" * 64, "video/mp4", 1)
    assert read_plan(path, recording) == plan
    # As the page's script does it when one clip is ticked off.
    path.write_text(json.dumps({**decoded, "clips": decoded["clips"][1:]}), "utf-8")
    assert [clip.id for clip in read_plan(path, recording).clips] == ["id1"]


def test_no_other_script_than_the_page_s_own_may_run() -> None:
    written, _ = sheet("A plain title")
    page = Page(written)
    (policy,) = (one["content"] for one in page.attributes("meta") if "http-equiv" in one)
    assert "default-src 'none'" in policy
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (text,) = (part for part in page.texts[tag] if not part.lstrip().startswith("{\n  "))
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_nothing_is_fetched_from_elsewhere() -> None:
    page = Page(sheet("A plain title")[0])
    links = [value for _, attributes in page.elements for name, value in attributes.items() if name in {"src", "href"}]
    assert "1-a-clip/video.mp4" in links
    assert {"plan.json", "clips.json", "2-a-clip/words.json"} <= set(links)
    assert not any(":" in link or link.startswith("/") for link in links)
    assert page.attributes("video")[0]["poster"] == "1-a-clip/thumbnail.jpg"


def test_every_reason_is_a_bar_and_what_counts_against_a_clip_is_told_apart() -> None:
    page = Page(sheet("A plain title", clips=1)[0])
    bars = page.attributes("i")
    assert [(bar["class"], bar["style"]) for bar in bars] == [("plus", "width:100.0%"), ("minus", "width:18.5%")]
    assert "+2.70" in page.texts["span"]
    assert "-0.50" in page.texts["span"]


def test_cuts_framing_rejections_and_failed_measures_are_told() -> None:
    written, _ = sheet("A plain title", clips=1, passed=False)
    text = " ".join(part for parts in Page(written).texts.values() for part in parts)
    assert "kept 1:01.80 – 1:10.00" in text
    assert "hold" in text
    assert "did not pass its measurements" in text
    assert "words_cut: 1" in text
    assert "1 not chosen, and why" in text


def test_the_command_survives_any_file_name() -> None:
    written, _ = sheet("A title", file="it's a $(talk).mp4")
    (code,) = Page(written).attributes("code")
    assert code["data-recording"] == """'it'"'"'s a $(talk).mp4'"""


def test_without_scripts_there_are_no_dead_controls() -> None:
    page = Page(sheet("A plain title")[0])
    assert all("hidden" in box for box in page.attributes("input"))
    assert all("hidden" in form for form in page.attributes("form"))


def write_batch(text: str) -> str:
    clip = {"title": text, "duration_s": 31.4, "passed": False, "video": f"{text}/video.mp4", "poster": f"{text}/a.jpg"}
    episode = {"recording": text, "folder": text, "notices": [text], "clips": [clip]}
    skipped = [{"name": text, "error": text}]
    return write_batch_page(text, [episode], skipped=skipped, left_out=[text], note="A note.")


@pytest.mark.parametrize("text", HOSTILE)
def test_nobodys_text_becomes_a_part_of_a_batchs_page(text: str) -> None:
    page = Page(write_batch(text))
    assert page.skeleton() == Page(write_batch("plain")).skeleton()
    assert page.attributes("script") == []
    assert page.texts["title"] == [text]


def test_the_page_of_a_batch_leads_to_all_of_it() -> None:
    page = Page(write_batch("part 2"))
    assert [one["href"] for one in page.attributes("a")] == ["part%202/index.html"]
    assert [(one["src"], one["poster"]) for one in page.attributes("video")] == [
        ("part%202/video.mp4", "part%202/a.jpg")
    ]
    told = " ".join(part for texts in page.texts.values() for part in texts)
    for said in ("31 s", "did not pass its measurements", "was left out: part 2", "since they are no videos: part 2"):
        assert said in " ".join(told.split())
