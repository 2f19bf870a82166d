"""What only Microsoft's own reader and an HTML checker can say: whether our sheets and zips are what they expect."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from automagic.products.ads.sheets.html5 import make_bundle
from automagic.products.ads.sheets.microsoft import write_microsoft
from tests.products.ads.sheets.ads import BRIEF, make_picture, search_texts
from tests.support.programs.environments import call, make_venv

pytestmark = [pytest.mark.judges, pytest.mark.timeout(3600)]

READER = """
import json, sys
from bingads.v13.bulk import BulkFileReader, ResultFileType
found = []
with BulkFileReader(file_path=sys.argv[1], file_type="Csv", result_file_type=ResultFileType.full_download) as reader:
    for one in reader:
        said = {"kind": type(one).__name__, "status": getattr(one, "status", None)}
        if said["kind"] == "BulkCampaign":
            said |= {"id": one.campaign.Id, "status": one.campaign.Status}
        if said["kind"] == "BulkAdGroup":
            said |= {"id": one.ad_group.Id, "parent": one.campaign_id, "status": one.ad_group.Status}
        if said["kind"] == "BulkResponsiveSearchAd":
            ad = one.responsive_search_ad
            said |= {"parent": one.ad_group_id, "status": ad.Status, "suffix": ad.FinalUrlSuffix}
            said["heads"] = [[link.Asset.Text, link.PinnedField] for link in ad.Headlines.AssetLink]
            said["descriptions"] = [link.Asset.Text for link in ad.Descriptions.AssetLink]
        found.append(said)
print(json.dumps(found, default=str))
"""


def test_microsofts_reader_understands_the_bulk_file(tmp_path: Path) -> None:
    python = make_venv(tmp_path / "venv", "bingads==13.0.30.1")
    sheet = tmp_path / "bulk.csv"
    sheet.write_bytes(write_microsoft(BRIEF, search_texts("microsoft.rsa")))
    command = [python, "-c", READER, sheet]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    campaign, group, ad = json.loads(done.stdout.splitlines()[-1])
    assert [one["kind"] for one in (campaign, group, ad)] == ["BulkCampaign", "BulkAdGroup", "BulkResponsiveSearchAd"]
    assert {one["status"] for one in (campaign, group, ad)} == {"Paused"}
    assert (group["parent"], ad["parent"]) == (campaign["id"], group["id"])
    assert ad["heads"][0] == ["Filters in two minutes", "Headline1"]
    assert [text for text, _ in ad["heads"][1:]] == ['"Kera", the filter', "Kaffee für 39 €"]
    assert ad["descriptions"] == ["It filters, 1.", "It filters, 2."]
    assert "utm_content=kera_" in ad["suffix"]


def test_html_validate_finds_nothing_in_the_zip(tmp_path: Path) -> None:
    call("npm", "install", "--no-save", "--prefix", tmp_path, "html-validate@10.17.0", cwd=tmp_path)
    picture, data = make_picture("google.display.sizes")
    bundle = make_bundle(picture, data, BRIEF.link, BRIEF.language)
    page = tmp_path / "index.html"
    page.write_bytes(zipfile.ZipFile(io.BytesIO(bundle)).read("index.html"))
    checker = tmp_path / "node_modules" / ".bin" / "html-validate"
    done = subprocess.run(
        [checker, "--preset", "standard", page],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
