"""What YouTube reads of the settings: the person's own project at Google, by two settings or by a file."""

from __future__ import annotations

from automagic.reading.setting import path_setting, secret_setting, text_setting

CLIENT_ID = text_setting(
    "YOUTUBE_CLIENT_ID", "OAuth client id of your own Google Cloud project, for --publish youtube."
)
CLIENT_SECRET = secret_setting("YOUTUBE_CLIENT_SECRET", "The secret of that project.")
CLIENT_FILE = path_setting("YOUTUBE_CLIENT_SECRETS", "The JSON file from Google with both, instead of them.")
