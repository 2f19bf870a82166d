"""Ads that fit what each platform takes, and say only what the brief says."""

from __future__ import annotations

from automagic.products.ads.approving.request import ApproveAdsRequest
from automagic.products.ads.checking.request import CheckAdsRequest
from automagic.products.ads.exporting.request import ExportAdsRequest
from automagic.products.ads.making.request import MakeAdsRequest
from automagic.products.ads.specs.request import AdSpecsRequest
from automagic.values.product import Operation, Product

_HERE = "automagic.products.ads"

PRODUCT = Product(
    name="ads",
    help="Make ads that fit what each platform takes, and say only what the brief says.",
    operations=(
        Operation(
            name="make",
            request=MakeAdsRequest,
            recipe=f"{_HERE}.making.recipe:make",
            result=f"{_HERE}.making.result:MakeAdsResult",
            steps=(f"{_HERE}.briefs.pictures", f"{_HERE}.making.steps", f"{_HERE}.pictures.steps"),
            help="Make ads for platforms out of a brief, a text or a product page.",
            job_help="Queue making ads.",
            gather=f"{_HERE}.making.gathering:gather",
            examples=(
                "automagic ads make examples/ad-brief.toml --platform google-rsa --platform meta",
                "automagic ads make examples/ad-brief.toml --plan",
            ),
        ),
        Operation(
            name="specs",
            request=AdSpecsRequest,
            recipe=f"{_HERE}.specs.recipe:show_specs",
            result=f"{_HERE}.specs.result:AdSpecsResult",
            steps=(),
            help="Show what a platform takes, with who says so and when.",
            job_help="Queue showing specifications.",
            examples=("automagic ads specs google-rsa",),
        ),
        Operation(
            name="check",
            request=CheckAdsRequest,
            recipe=f"{_HERE}.checking.recipe:check",
            result=f"{_HERE}.checking.result:CheckAdsResult",
            steps=(f"{_HERE}.briefs.pictures",),
            help="Say which lines of an ad its brief does not say (exit code 7), and what platforms refuse.",
            job_help="Queue a check of ads.",
            gather=f"{_HERE}.checking.gathering:gather",
            examples=("automagic ads check lines.txt --brief brief.toml",),
        ),
        Operation(
            name="approve",
            door="person",
            request=ApproveAdsRequest,
            recipe=f"{_HERE}.approving.recipe:approve",
            result=f"{_HERE}.approving.result:ApproveAdsResult",
            steps=(),
            help="Say which texts and pictures of a package may be published; an edit voids its own approval.",
            job_help="Queue an approval.",
            examples=(
                "automagic ads approve final_ads/kerafilter-en --all",
                "automagic ads approve final_ads/kerafilter-en --reject 3f2a --note 'too loud'",
            ),
        ),
        Operation(
            name="export",
            door="here",
            request=ExportAdsRequest,
            recipe=f"{_HERE}.exporting.recipe:export",
            result=f"{_HERE}.exporting.result:ExportAdsResult",
            steps=(),
            help="Write what is approved of a package as files that platforms import (exit code 7 where it is not).",
            job_help="Queue an export of ads.",
            examples=("automagic ads export final_ads/kerafilter-en --platform google-rsa",),
        ),
    ),
    labels={
        "read-ad-picture": "Read the pictures",
        "write-ad-lines": "Write lines",
        "look-at-ad-picture": "Look at the pictures",
        "crop-ad-picture": "Crop the pictures",
        "place-ad-logo": "Place the logo",
        "draw-ad": "Draw the ads",
    },
)
