"""`automagic` as a process of its own, for the tests of jobs."""

from __future__ import annotations

import sys

from automagic.cli import main
from automagic.cli.jobs import app, worker_command
from automagic.memory import bound_threads

if __name__ == "__main__":
    bound_threads()
    main.app.add_typer(app, name="jobs")
    main.app.command("worker")(worker_command)
    sys.exit(main.run(sys.argv[1:]))
