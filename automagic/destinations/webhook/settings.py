"""What a webhook reads of the settings."""

from __future__ import annotations

from automagic.reading.setting import secret_setting

SECRET = secret_setting("WEBHOOK_SECRET", "Signs what is sent to --publish webhook:URL (Standard Webhooks).")
