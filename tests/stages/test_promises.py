"""Whether scripts say what their texts exist for: texts of every kind, each with a list of its facts by an editor.

`worked_on` was looked at while the writer was made; `put_aside` is not to be read, so that it stays a fair judge.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from automagic.language.kinds.recognise import recognise
from automagic.providers.local.extract.engine import write_script
from automagic.providers.local.extract.telling import STRETCH
from automagic.providers.local.extract.units import sentences_to_parse
from automagic.sources.text import read_document
from automagic.values.document import Document
from automagic.values.script import Script
from tests.support.places import DATA
from tests.support.texts.trees import parse

DURATION_S = 45.0
TEXTS = sorted(path for path in (DATA / "promises").rglob("*") if path.suffix in {".md", ".html"})


@cache
def told(path: Path) -> tuple[Document, Script, dict[str, Any]]:
    judged = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
    document = read_document(path.read_bytes(), location=path.name)
    language = judged["language"]
    texts = sentences_to_parse(document, language) if language == "en" else []
    trees = dict(zip(texts, parse(*texts), strict=True)) if texts else {}
    return document, write_script(document, duration_s=DURATION_S, language=language, trees=trees), judged


def plain(text: str) -> str:
    return text.lower().replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(("folder", "least"), [("worked_on", 0.8), ("put_aside", 0.77)])
def test_scripts_say_what_their_texts_exist_for(folder, least):
    said = total = 0
    for path in TEXTS:
        if path.parent.name == folder:
            _, script, judged = told(path)
            text = plain(" ".join([script.title, *(scene.text for scene in script.scenes)]))
            facts = [
                all(any(plain(word) in text for word in words) for words in fact["any"]) for fact in judged["facts"]
            ]
            said, total = said + sum(facts), total + len(facts)
    assert said / total >= least, f"{said} of {total}"


def test_texts_are_recognised_as_what_their_editor_meant():
    kinds = []
    for path in TEXTS:
        judged = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
        kinds.append(
            recognise(read_document(path.read_bytes(), location=path.name), judged["language"]) == judged["kind"]
        )
    assert sum(kinds) >= 0.9 * len(kinds)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_script_has_only_words_of_its_source_and_keeps_near_its_time(path):
    document, script, _ = told(path)
    source = plain(" ".join([document.title, *document.paragraphs, *(h for m in document.marks for h in m.headings)]))
    heads = {str(mark.number) for mark in document.marks if mark.number}
    numbers = heads | {word.strip(".,:;()“”\"'") for word in source.split() if any(c.isdigit() for c in word)}
    for scene in script.scenes:
        for word in plain(scene.text).split():
            bare = word.strip(".,:;()“”\"'?!")
            if any(c.isdigit() for c in bare):
                assert bare in numbers
    words = sum(len(scene.text.split()) for scene in script.scenes)
    assert words <= STRETCH * DURATION_S * 3.4
