"""How facts of platforms are shown."""

from __future__ import annotations

from automagic.machine.leaving import in_thread
from automagic.products.ads.specs.request import AdSpecsRequest
from automagic.products.ads.specs.result import AdSpecsResult
from automagic.products.ads.specs.table import read_specs
from automagic.runs.run import Run
from automagic.services import Services


async def show_specs(request: AdSpecsRequest, run: Run[Services]) -> AdSpecsResult:
    """What is known of a platform, or which platforms there are.

    Raises:
        RequestError: There is no such platform, or the person's own file is broken.
    """
    specs = await in_thread(read_specs, run.services.settings.home)
    platforms = (specs.platform(request.platform),) if request.platform else specs.platforms
    return AdSpecsResult(
        run.id, tuple((platform, specs.of(platform)) for platform in platforms), bool(request.platform)
    )
