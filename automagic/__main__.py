"""`python -m automagic` and the console script."""

from __future__ import annotations

import sys
import threading


def main() -> None:
    """Run the command line and leave with its exit code."""
    from automagic.errors import ConfigurationError
    from automagic.machine.systems import check_system

    try:
        check_system()
    except ConfigurationError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        sys.exit(error.exit_code)

    from automagic.machine.memory import bound_threads, calm_collector

    calm_collector()
    bound_threads()
    from automagic.cli.main import run

    code = run(sys.argv[1:])
    if threading.active_count() > 1:
        from automagic.machine.leaving import end

        end(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
