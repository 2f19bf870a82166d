"""The person's own accounts, whose ids some sheets name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from automagic.errors import RequestError

_CUSTOMER = re.compile(r"(\d{3})-?(\d{3})-?(\d{4})")


@dataclass(frozen=True, slots=True)
class AdAccounts:
    """Digits, without a prefix; "" for what the person chooses at the import.

    Attributes:
        google: Customer id of the account itself, not of its manager: ten digits, with or without dashes.
        page, instagram, pixel: Of Meta.

    Raises:
        RequestError: An id is none.
    """

    google: str = ""
    page: str = ""
    instagram: str = ""
    pixel: str = ""

    def __post_init__(self) -> None:
        if self.google and not _CUSTOMER.fullmatch(self.google):
            raise RequestError(
                f"{self.google[:60]!r} is no customer id of Google Ads", hint="It has ten digits: 123-456-7890."
            )
        for name in ("page", "instagram", "pixel"):
            value = getattr(self, name)
            if value and not (value.isascii() and value.isdigit()):
                raise RequestError(f"{value[:60]!r} is no id of Meta ({name})", hint="It is digits alone.")

    @property
    def customer(self) -> str:
        """Google's customer id with its dashes, as the bulk upload wants it; "" for none."""
        found = _CUSTOMER.fullmatch(self.google)
        return "-".join(found.groups()) if found else ""


NO_ACCOUNTS = AdAccounts()
