"""Ads that fit what each platform takes, and say only what the brief says."""

from __future__ import annotations

from automagic.products.ads.specs.request import AdSpecsRequest
from automagic.values.product import Operation, Product

_HERE = "automagic.products.ads"

PRODUCT = Product(
    name="ads",
    help="Make ads that fit what each platform takes, and say only what the brief says.",
    operations=(
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
    ),
    labels={},
)
