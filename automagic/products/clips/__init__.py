"""A long recording becomes short captioned clips, each with the reasons why it was chosen."""

from __future__ import annotations

from automagic.products.clips.request import ClipsRequest
from automagic.values.product import Operation, Product

PRODUCT = Product(
    name="clips",
    operations=(
        Operation(
            request=ClipsRequest,
            recipe="automagic.products.clips.recipe:make_clips",
            result="automagic.products.clips.result:ClipsResult",
            steps=(
                "automagic.products.clips.recording_steps",
                "automagic.products.clips.sound_steps",
                "automagic.products.clips.steps",
                "automagic.products.clips.finish",
                "automagic.products.clips.podcast",
                "automagic.stages.transcription",
                "automagic.products.clips.ranking",
                "automagic.stages.finishing",
            ),
            help="Make short captioned clips of long recordings, each with the reasons why it was chosen.",
            job_help="Queue clips. A recording must stay as it is until they are made; with ARTIFACTS_URL it is copied "
            "there now.",
            gather="automagic.products.clips.gathering:gather",
            examples=(
                "automagic clips talk.mp4 --max-clips 5 --platform reels",
                'automagic clips interview.mp3 --query "climate" --language en',
                "automagic clips talks/ --plan",
                'automagic clips archive:council --query "library budget"',
            ),
        ),
    ),
    labels={
        "fetch-recording": "Fetch the recording",
        "survey": "Measure the recording",
        "straighten": "Put its times in order",
        "pick-tracks": "Find the speech",
        "listen": "Listen to the recording",
        "watch": "Watch the recording",
        "find-speech": "Find the speech",
        "transcribe": "Hear the words",
        "transcribe-online": "Hear the words",
        "sample": "Check the transcript",
        "hear": "Hear how they are said",
        "understand": "Find the topics",
        "choose": "Choose the moments",
        "rerank": "Put them in order",
        "choose-sights": "Choose by sight",
        "film": "Film the clips",
        "cut-sound": "Cut the sound",
        "pick-still": "Pick the stills",
        "clip-thumbnail": "Draw the thumbnails",
        "read-sleeve": "Read the tags and cover",
        "draw-ground": "Draw the backgrounds",
        "film-podcast": "Film the clips",
        "podcast-thumbnail": "Draw the thumbnails",
        "join": "Join the video",
        "sign": "Sign the credentials",
        "check-clip": "Measure the clips",
        "publish": "Publish",
    },
)
