"""A topic or a text becomes a narrated, captioned video for each platform."""

from __future__ import annotations

from automagic.products.video.request import VideoRequest
from automagic.values.product import Operation, Product

PRODUCT = Product(
    name="video",
    operations=(
        Operation(
            request=VideoRequest,
            recipe="automagic.products.video.recipe:make_video",
            result="automagic.products.video.result:VideoResult",
            steps=(
                "automagic.stages.material_steps",
                "automagic.stages.picture_steps",
                "automagic.products.video.speech_steps",
                "automagic.products.video.steps",
                "automagic.stages.finishing",
            ),
            help="Make a narrated, captioned video of a topic, a text or a script.",
            job_help="Queue a video. Files that it names are copied now and may change or vanish afterwards.",
            gather="automagic.products.video.gathering:gather",
            examples=(
                "automagic --source article.md --platform shorts --platform youtube",
                'automagic --topic "Why ice floats" --theme gazette --voice bm_george',
                "automagic --script mine.md --plan",
            ),
        ),
    ),
    labels={
        "write": "Write the script",
        "parse": "Parse the sentences",
        "design": "Design the cards",
        "tag": "Find the tags",
        "search": "Search pictures",
        "fetch": "Fetch the pictures",
        "illustrate": "Paint the pictures",
        "fetch-clip": "Fetch the clips",
        "clip": "Cut the clips",
        "frame": "Frame the pictures",
        "paint-ground": "Paint the background",
        "draw": "Draw the pictures",
        "speak": "Speak",
        "pace": "Set the pace",
        "align": "Time the words",
        "render": "Render the shots",
        "transition": "Render transitions",
        "thumbnail": "Draw the thumbnail",
        "compose": "Compose the music",
        "mix": "Mix the sound",
        "join": "Join the video",
        "sign": "Sign the credentials",
        "check": "Measure the result",
        "publish": "Publish",
    },
)
