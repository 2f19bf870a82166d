"""What the writers of a video are told."""

from __future__ import annotations

from typing import get_args

import pytest

from automagic import VideoRequest
from automagic.errors import RequestError
from automagic.language.kinds.contracts import KINDS
from automagic.providers.local import extract
from automagic.providers.shared.vendors import Maker
from automagic.settings import Settings
from automagic.stages.material_steps import write_script
from automagic.studio import open_studio
from automagic.values.document import Document, TextKind

TIDES = Document("Tides", ("The Moon pulls the sea.",), "tides.md")


def key(*more: str) -> str:
    return write_script.key(write_script.bind((Maker("extract", ""), TIDES, "", 30.0, "en", *more), {}))


def test_a_kind_that_nobody_says_leaves_what_was_written_before_known():
    bare = write_script.bind((Maker("extract", ""), TIDES, "", 30.0, "en"), {})
    assert "kind" not in write_script._counted(bare)
    assert key() == key("")
    assert len({key(), key("news"), key("story")}) == 3


@pytest.mark.parametrize("kind", [None, "news"])
async def test_the_kind_reaches_the_writer(kind, tmp_path, monkeypatch):
    seen = []
    write = extract.PROVIDER.kinds["writer"].write
    monkeypatch.setattr(
        "automagic.stages.material_steps.write_here", lambda _name, brief: [seen.append(brief), write(brief)][1]
    )
    (tmp_path / "tides.md").write_text("# Tides\n\nThe Moon pulls the sea twice a day.\n")
    async with open_studio(Settings(automagic_home=tmp_path / "home")) as studio:
        await studio.video(VideoRequest(source=str(tmp_path / "tides.md"), kind=kind, writer="extract", plan=True))
    assert [brief.kind for brief in seen] == [kind or ""]


def test_a_wrong_kind_is_answered_with_the_nearest_and_it_goes_with_a_text_only():
    assert get_args(TextKind) == KINDS
    with pytest.raises(RequestError, match="no kind 'how-two'") as refused:
        VideoRequest(source="a.md", kind="how-two")
    assert "Did you mean how-to?" in refused.value.hint
    with pytest.raises(RequestError, match="here is a script"):
        VideoRequest(script="a.md", kind="news")
