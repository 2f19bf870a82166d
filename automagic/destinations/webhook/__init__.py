"""A webhook: a person's own server, which is told that a video is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.destinations.shared.kind import DestinationKind
from automagic.destinations.webhook.address import parse_place
from automagic.destinations.webhook.settings import SECRET

if TYPE_CHECKING:
    from automagic.destinations.shared.publication import Destination, DestinationAccess, Options


def _open(place: str, access: DestinationAccess, options: Options) -> Destination:
    from automagic.destinations.webhook.delivery import Webhook

    return Webhook(place, access, options)


DESTINATION = DestinationKind(
    "webhook", "webhook:URL", parse_place, _open, settings=(SECRET,), needs=(SECRET,), tells=True, place=110
)
