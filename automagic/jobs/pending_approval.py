"""An approval as it stands, for those who only show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from automagic.errors import RequestError

ApprovalState = Literal["waiting", "approved", "rejected", "void"]
APPROVAL_STATES: tuple[ApprovalState, ...] = get_args(ApprovalState)
MAX_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class PendingApproval:
    """One thing that somebody asks to publish.

    Attributes:
        item: The number of a draft; "" for all of the result.
        content: sha256 of what would be published.
        run_id: The job that publishes it; "" until it is approved.
    """

    id: str
    job_id: str
    kind: str
    title: str
    item: str
    targets: tuple[str, ...]
    content: str
    state: ApprovalState
    note: str
    asked_by: str
    asked_at: float
    decided_by: str
    decided_at: float | None
    run_id: str


class ApprovalConflict(RequestError):
    """It cannot be decided so: it was decided otherwise, or what it is about has changed."""
