"""Themes that can be seen before a video is made."""

from __future__ import annotations

import json

import cv2

from automagic.cli.catalogue import themes
from automagic.media.design.theme_files import theme_names


def test_every_theme_is_listed(automagic):
    themes = json.loads(automagic("themes", "--json")[0])["themes"]
    assert [one["name"] for one in themes] == list(theme_names())
    assert all(name in automagic("themes")[0] for name in theme_names())


def test_a_theme_is_drawn_as_a_sheet_of_its_cards(automagic, tmp_path, monkeypatch):
    monkeypatch.setattr(themes, "CARD_PX", (90, 160))
    assert automagic("themes", "poster")[0] == "poster.png\n"
    sheet = cv2.imread(str(tmp_path / "poster.png"))
    assert sheet.shape == (320, 270, 3)
    cells = [sheet[y : y + 160, x : x + 90] for y in (0, 160) for x in (0, 90, 180)]
    assert all(cell.std() > 10 for cell in cells), "there is something on each card"
    assert len({cell.tobytes() for cell in cells}) == len(cells)
