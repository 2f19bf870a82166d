"""Each form of the database can be taken back to the one before it, and made again."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import automagic.database.engine as opening
from automagic.database.revisions import is_known


def shape(engine: sa.Engine) -> dict[str, set[str]]:
    """Table → its columns."""
    found = sa.inspect(engine)
    return {table: {column["name"] for column in found.get_columns(table)} for table in found.get_table_names()}


def test_each_form_is_taken_back_and_made_again(engine: sa.Engine) -> None:
    whole = shape(engine)
    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).with_name("migrations")))
    config.attributes["engine"] = engine
    for number in range(int(opening.HEAD) - 1, 0, -1):
        revision = f"{number:04}"
        assert is_known(revision)
        command.downgrade(config, revision)
    assert set(shape(engine)) < set(whole)
    command.upgrade(config, "head")
    assert shape(engine) == whole
