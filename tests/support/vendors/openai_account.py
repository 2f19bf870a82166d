"""An account of OpenAI's test server, and what was spent there."""

from __future__ import annotations

from decimal import Decimal

from automagic.gate.prices import load_prices
from automagic.providers.openai.api import API
from automagic.providers.shared.account import Account
from automagic.values.events import MoneySpent
from automagic.values.secret import Secret
from tests.support.servers.openai import OpenAIServer
from tests.support.vendors.open_gate import Line

CHAT, IMAGE, SPEECH, HEARING = "gpt-5.4-mini", "gpt-image-2", "gpt-4o-mini-tts", "whisper-1"


def connect(line: Line, server: OpenAIServer, key: str = "") -> Account:
    return API.open(
        line.http, line.gate, key=Secret(key or server.key), base_url=server.url + "/v1/", prices=load_prices()
    )


def spent(line: Line) -> Decimal:
    return sum((event.cost_usd for event in line.events if isinstance(event, MoneySpent)), Decimal(0))
