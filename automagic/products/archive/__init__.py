"""A station's recordings: mirrored, heard, captioned, checked, found again."""

from __future__ import annotations

from automagic.products.archive.hearing.request import HearRequest
from automagic.products.archive.requests import (
    AddSourceRequest,
    ArchiveStatusRequest,
    HoldRequest,
    ReleaseRequest,
    RemoveSourceRequest,
    SyncRequest,
)
from automagic.products.archive.searching.request import SearchRequest, ShowRequest
from automagic.values.product import Operation, Product

_HERE = "automagic.products.archive"

PRODUCT = Product(
    name="archive",
    help="Mirror a station's recordings; know what is new, what is missing, and what was said.",
    operations=(
        Operation(
            name="add",
            request=AddSourceRequest,
            recipe=f"{_HERE}.upkeep:add",
            result=f"{_HERE}.results:SourceResult",
            steps=(),
            help="Add a source: a folder, a Cablecast server, or a feed.",
            job_help="Queue adding a source.",
            examples=("automagic archive add council /media/meetings",),
        ),
        Operation(
            name="sync",
            request=SyncRequest,
            recipe=f"{_HERE}.syncing.recipe:sync",
            result=f"{_HERE}.results:SyncResult",
            steps=(),
            help="Look what is new, changed, missing or gone at one source, or at all.",
            job_help="Queue a look at the sources.",
            examples=("automagic archive sync", "automagic archive sync council --plan"),
        ),
        Operation(
            name="hear",
            request=HearRequest,
            recipe=f"{_HERE}.hearing.recipe:hear",
            result=f"{_HERE}.hearing.result:HearResult",
            steps=(f"{_HERE}.hearing.steps", "automagic.stages.transcription"),
            help="Find out what is said: from a station's captions, else by hearing, the newest first.",
            job_help="Queue hearing recordings.",
            examples=("automagic archive hear council --limit 10",),
        ),
        Operation(
            name="search",
            request=SearchRequest,
            recipe=f"{_HERE}.searching.recipe:search",
            result=f"{_HERE}.searching.result:SearchResult",
            steps=(),
            help="Find what was said, to the word.",
            job_help="Queue a search.",
            examples=("automagic archive search 'budget \"Main Street\" librar*' --since 2026-01-01",),
        ),
        Operation(
            name="show",
            request=ShowRequest,
            recipe=f"{_HERE}.searching.recipe:show",
            result=f"{_HERE}.searching.result:ItemResult",
            steps=(),
            help="Show all that is known of a recording.",
            job_help="Queue showing a recording.",
        ),
        Operation(
            name="status",
            request=ArchiveStatusRequest,
            recipe=f"{_HERE}.upkeep:status",
            result=f"{_HERE}.results:ArchiveStatusResult",
            steps=(),
            help="Show what is here of each source.",
            job_help="Queue a count of the archive.",
        ),
        Operation(
            name="hold",
            request=HoldRequest,
            recipe=f"{_HERE}.upkeep:hold",
            result=f"{_HERE}.results:HoldResult",
            steps=(),
            help="Keep a recording, whatever else is decided.",
            job_help="Queue holding a recording.",
            examples=('automagic archive hold 3f0c9a1b2c4d --why "public records request" --by Ann',),
        ),
        Operation(
            name="release",
            request=ReleaseRequest,
            recipe=f"{_HERE}.upkeep:release",
            result=f"{_HERE}.results:HoldResult",
            steps=(),
            help="Let a recording go that was held.",
            job_help="Queue releasing a recording.",
        ),
        Operation(
            name="remove",
            request=RemoveSourceRequest,
            recipe=f"{_HERE}.upkeep:remove",
            result=f"{_HERE}.results:SourceResult",
            steps=(),
            help="Forget a source and what is known of its recordings; its files stay.",
            job_help="Queue forgetting a source.",
        ),
    ),
    labels={
        "archive-listen": "Take out the sound",
        "transcribe": "Hear the words",
        "transcribe-online": "Hear the words",
    },
)
