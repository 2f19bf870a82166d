"""Where figures go that shall outlive the process: the totals of AUTOMAGIC_HOME, beside those of AutoMagic itself."""

from __future__ import annotations

import time
from collections.abc import Mapping

from automagic.monitor.measured import Measured
from automagic.settings import load_settings


def add_figures(measured: Measured, peaks: Mapping[str, float]) -> None:
    """Add what was measured since the last time; the home and its database are made where they are missing.

    Args:
        peaks: As of `record_peaks`: what is as it is now.

    Raises:
        AutomagicError: They cannot be made, or the database cannot be reached; the figures are kept for the next time.
        OSError: Likewise.
    """
    if not measured.has_news:
        return
    import sqlalchemy as sa

    from automagic.database.address import database_url
    from automagic.database.engine import explain_database, open_database
    from automagic.machine.private_files import make_home
    from automagic.monitor.totals import record_peaks, use_engine

    settings = load_settings()
    make_home(settings.home, settings.artifacts_url)
    engine = open_database(database_url(settings))
    try:
        begin, now = use_engine(engine.execution_options(durable=False)), time.time()
        measured.flush(begin, now=now)
        record_peaks(begin, peaks, now=now)
    except sa.exc.DatabaseError as error:
        raise explain_database(error, engine) from error
    finally:
        engine.dispose()
