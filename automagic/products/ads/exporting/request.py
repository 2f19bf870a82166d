"""What a person asks for when a package shall go to platforms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.products.ads.sheets.accounts import AdAccounts
from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class ExportAdsRequest(Request):
    """A package to export."""

    folder: Annotated[
        str,
        Meta(description="The folder of a package."),
        Flag("FOLDER", subject=True, argument=True),
        NamesFile(),
    ]
    out: Annotated[
        Path | None,
        Meta(title="to", description="The folder for the files; FOLDER-export by default."),
        Flag("DIR", at_once=True, panel="Output"),
    ] = None
    platforms: Annotated[
        tuple[str, ...],
        Meta(title="platform", description="Only this one; repeatable."),
        Flag("NAME", panel="Output"),
    ] = ()
    unapproved: Annotated[
        bool, Meta(description="Export also what nobody has approved; never what was rejected."), Flag(panel="Output")
    ] = False
    google: Annotated[
        str,
        Meta(title="google-account", description="Google Ads customer id, for the bulk files."),
        Flag("ID", panel="Publish"),
    ] = ""
    page: Annotated[str, Meta(title="meta-page", description="Facebook page."), Flag("ID", panel="Publish")] = ""
    instagram: Annotated[
        str, Meta(title="meta-instagram", description="Instagram account."), Flag("ID", panel="Publish")
    ] = ""
    pixel: Annotated[str, Meta(title="meta-pixel", description="Meta pixel."), Flag("ID", panel="Publish")] = ""

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.folder.strip():
            raise RequestError("there is no package", hint="Name the folder that `automagic ads make` wrote.")
        object.__setattr__(self, "platforms", tuple(dict.fromkeys(one.strip().lower() for one in self.platforms)))
        _ = self.accounts

    @property
    def accounts(self) -> AdAccounts:
        """The person's own.

        Raises:
            RequestError: One is no id.
        """
        return AdAccounts(self.google, self.page, self.instagram, self.pixel)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"export of {Path(self.folder).name}"
