"""What Bluesky reads of the settings."""

from __future__ import annotations

from automagic.reading.setting import url_setting

BASE_URL = url_setting(
    "BLUESKY_BASE_URL", "A server of Bluesky's protocol to use for every account, instead of the one it is kept on."
)
