"""A station's recordings: mirrored, heard, captioned, checked, found again."""

from __future__ import annotations

from automagic.products.archive.captioning.request import CaptionsRequest
from automagic.products.archive.checking.request import CheckCaptionsRequest
from automagic.products.archive.exporting.request import ExportRequest
from automagic.products.archive.hearing.request import HearRequest
from automagic.products.archive.publishing.request import PublishCaptionsRequest
from automagic.products.archive.requests import (
    AddSourceRequest,
    ArchiveStatusRequest,
    HoldRequest,
    ReleaseRequest,
    RemoveSourceRequest,
    SyncRequest,
)
from automagic.products.archive.scrubbing.request import ScrubRequest
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
            door="here",
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
            examples=(
                "automagic archive search 'budget \"Main Street\" librar*' --since 2026-01-01",
                "automagic archive search 'money for the roads' --meaning",
            ),
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
            name="captions",
            request=CaptionsRequest,
            recipe=f"{_HERE}.captioning.recipe:write_captions",
            result=f"{_HERE}.captioning.result:CaptionsResult",
            steps=(),
            help="Write captions as SRT, WebVTT, SCC or text, or put them into a video.",
            job_help="Queue writing captions.",
            examples=(
                "automagic archive captions meeting.srt --format scc --out meeting.scc",
                "automagic archive captions 3f0c9a1b2c4d --format vtt",
                "automagic archive captions meeting.srt --embed meeting.mp4 --out meeting-cc.mp4",
            ),
        ),
        Operation(
            name="check",
            request=CheckCaptionsRequest,
            recipe=f"{_HERE}.checking.recipe:check",
            result=f"{_HERE}.checking.result:CheckCaptionsResult",
            steps=(f"{_HERE}.hearing.steps", "automagic.stages.transcription"),
            help="Check captions: accurate, synchronous, complete, placed; each finding with time and reason.",
            job_help="Queue checking captions.",
            examples=(
                "automagic archive check meeting.scc --rules station.json --html report.html",
                "automagic archive check meeting.srt --media meeting.mp4",
            ),
        ),
        Operation(
            name="publish-captions",
            request=PublishCaptionsRequest,
            recipe=f"{_HERE}.publishing.recipe:publish_captions",
            result=f"{_HERE}.publishing.result:PublishCaptionsResult",
            steps=(),
            help="Give a recording's captions to its station, and wait until they are served.",
            job_help="Queue publishing captions.",
            door="person",
            examples=("automagic archive publish-captions 3f0c9a1b2c4d --plan",),
        ),
        Operation(
            name="export",
            request=ExportRequest,
            recipe=f"{_HERE}.exporting.recipe:export",
            result=f"{_HERE}.exporting.result:ExportResult",
            steps=(),
            help="Lay what is here of a source into a BagIt bag, for an archive that keeps it.",
            job_help="Queue an export.",
            door="here",
            examples=("automagic archive export council --bagit --out /backup/council",),
        ),
        Operation(
            name="scrub",
            request=ScrubRequest,
            recipe=f"{_HERE}.scrubbing.recipe:scrub",
            result=f"{_HERE}.scrubbing.result:ScrubResult",
            steps=(),
            help="Read again what lies here; what is damaged or lost is named, and fetched again by the next sync.",
            job_help="Queue reading again what lies here.",
            examples=("automagic archive scrub council --older 90 --max-gb 500",),
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
            door="person",
        ),
    ),
    labels={
        "archive-listen": "Take out the sound",
        "find-speech": "Find the speech",
        "transcribe": "Hear the words",
        "transcribe-online": "Hear the words",
    },
)
