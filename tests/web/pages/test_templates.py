"""Templates escape what they are given, run nothing inline, and load nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from automagic.data import shipped

TEMPLATES = sorted(shipped("web/templates").iterdir())
INLINE = re.compile(r"""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|hx-on""", re.IGNORECASE)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.stem)
def test_a_template_trusts_nothing(template: Path) -> None:
    text = template.read_text("utf-8")
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text
    assert not INLINE.search(text)
    assert not re.search(r"""(?:src|href)=["']?https?:""", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.stem)
def test_every_form_that_changes_something_carries_its_mark(template: Path) -> None:
    text = template.read_text("utf-8")
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert 'name="mark" value="{{ mark }}"' in form
