"""What lies in the folder of ads.

final_ads/kerafilter-en/
    brief.toml  texts.json  pictures.json  pictures/meta/…  preview.html  test-plan.txt  metadata.json
    scripts.json  videos/6s.md  videos/15s.md  videos/videos.jsonl
or, of several variants, all of it once in v1/, v2/, …, and metadata.json beside them
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from automagic.products.ads.making.result import AdVariant, MakeAdsResult, places_of
from automagic.products.ads.package.assets import Approval
from automagic.products.ads.package.documents import PREVIEW, TEST_PLAN, read_approvals, write_documents
from automagic.products.ads.package.rows import picture_path
from automagic.products.ads.preview.page import write_preview
from automagic.products.ads.preview.trial import write_test_plan
from automagic.products.ads.specs.table import Specs
from automagic.products.ads.videos.slots import list_slots, write_videos
from automagic.stages.result_folder import MANIFEST, as_json
from automagic.values.artifact import Artifact
from automagic.version import GENERATOR


def arrange_package(
    result: MakeAdsResult, path_of: Callable[[Artifact], Path], specs: Specs
) -> dict[str, Path | bytes]:
    """The files by name.

    Args:
        path_of: Where the store keeps a picture.
    """
    files: dict[str, Path | bytes] = {}
    for variant, place in zip(result.variants, places_of(result.variants), strict=True):
        decided = read_approvals(result.folder / place) if result.folder else {}
        inside = _arrange(result, variant, path_of, specs, decided)
        files |= {str(PurePosixPath(place) / name): data for name, data in inside.items()}
    files[MANIFEST] = as_json(
        {
            "generator": GENERATOR,
            "title": result.title,
            "platforms": list(result.platforms),
            "specifications": {fact.id: fact.checked.isoformat() for fact in result.facts_used},
            "in_doubt": [fact.id for fact in result.doubts],
            "files": sorted([*files, MANIFEST]),
        }
    )
    return files


def _arrange(
    result: MakeAdsResult,
    variant: AdVariant,
    path_of: Callable[[Artifact], Path],
    specs: Specs,
    decided: Mapping[str, Approval],
) -> dict[str, Path | bytes]:
    """The files of one package; what was decided of it before, and is as it was, stays decided."""
    brief, texts, pictures = result.brief, variant.texts, variant.pictures
    places = {one.file: path_of(one.file) for one in pictures}
    slots = list_slots(specs, [*map(specs.platform, result.platforms)], variant.scripts)
    shown = {file: place.read_bytes() for file, place in places.items()}
    return {
        **write_documents(brief, texts, pictures, variant.scripts),
        **write_videos(variant.scripts, slots, brief.language),
        PREVIEW: write_preview(brief, texts, pictures, shown, specs, scripts=variant.scripts, approvals=decided),
        TEST_PLAN: write_test_plan(brief, texts, variants=max(2, len(result.variants))),
        **{picture_path(one): places[one.file] for one in pictures},
    }
