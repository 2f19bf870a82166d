"""A source, a brief, and a script that a language model may well write of it."""

from __future__ import annotations

from typing import Any

from automagic.providers.shared.script_draft import WriterBrief
from automagic.values.document import Document

TIDES = Document(
    title="How tides work",
    paragraphs=(
        "The Moon pulls the water of the sea. Its pull makes two bulges, and the Earth turns under them.",
        "In the Bay of Fundy the water rises by 16 metres. Fishermen of Nova Scotia plan their day by it.",
        "The Sun pulls as well, about 46 % as strongly. When both pull in line, the tide is highest.",
    ),
    location="tides.txt",
    language="en",
)
GOOD: dict[str, Any] = {
    "title": "Why the sea rises twice a day",
    "scenes": [
        {
            "sentences": [
                {"text": "Why does the sea rise?", "paragraphs": []},
                {"text": "The Moon pulls its water, and makes two bulges.", "paragraphs": [0]},
            ],
            "picture": "The moon over a calm sea",
        },
        {
            "sentences": [{"text": "In the Bay of Fundy the water rises by 16 metres.", "paragraphs": [1]}],
            "picture": "A harbour at low tide",
        },
        {
            "sentences": [{"text": "When the Sun pulls in line, the tide is highest.", "paragraphs": [2]}],
            "picture": "",
        },
    ],
}
BRIEF = WriterBrief(duration_s=15, document=TIDES)
