"""`automagic jobs add clips`: clips of long recordings, made later."""

from __future__ import annotations

from automagic.cli import clips_options as options
from automagic.cli.jobs.add import AtOption, KeyOption, PriorityOption, show_added
from automagic.cli.jobs.view import open_queue
from automagic.cli.options import (
    JsonOption,
    KidsOption,
    PrivacyOption,
    PublishAtOption,
    PublishOption,
    SyntheticOption,
)


def add_clips(
    recordings: options.Recordings,
    platform: options.Platform = None,
    max_clips: options.MaxClips = 10,
    min_s: options.Shortest = 15.0,
    max_s: options.Longest = 60.0,
    query: options.Query = "",
    transcript: options.Transcript = None,
    language: options.Language = None,
    audio_track: options.AudioTrack = None,
    layout: options.LayoutName = "auto",
    tighten: options.Tighten = False,
    plan_file: options.PlanFile = None,
    theme: options.Theme = "default",
    redo: options.Redo = None,
    credentials: options.Credentials = True,
    ranker: options.Ranker = None,
    transcriber: options.Transcriber = None,
    max_cost: options.MaxCost = None,
    publish: PublishOption = None,
    privacy: PrivacyOption = "private",
    publish_at: PublishAtOption = None,
    made_for_kids: KidsOption = False,
    synthetic: SyntheticOption = None,
    priority: PriorityOption = "normal",
    at: AtOption = "",
    key: KeyOption = "",
    as_json: JsonOption = False,
) -> None:
    """Queue clips. A recording must stay as it is until they are made; with ARTIFACTS_URL it is copied there now."""
    values = options.as_values(locals())
    queue = open_queue()
    drafts = [queue.read("clips", values, priority=priority, at=at, key=key)]
    show_added(queue.add(drafts), drafts, as_json=as_json)
