"""What a Cablecast server needs of the settings, as a source and as a destination."""

from __future__ import annotations

from automagic.reading.setting import secret_setting

PASSWORD = secret_setting("ARCHIVE_PASSWORD", "Of the user that a station's server is asked as (archive add --user).")
