"""The help: what it shows, that it fits, that its examples are commands, and that it imports none of them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest
import typer

from automagic.cli.groups import PANELS
from automagic.cli.main import COMMANDS, Root, app, run
from automagic.products import find_products
from automagic.values.request import list_request_fields
from tests.support.processes.help_texts import read_help
from tests.support.processes.python_programs import run_command

OPERATIONS = [one for product in find_products() for one in product.operations]


@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_help_says_of_a_command_is_what_its_own_help_begins_with(name):
    said = " ".join((Root().find(name).help or "").split())
    assert said.startswith(COMMANDS[name][2])


@pytest.mark.parametrize("command", [(), *((name,) for name in ("jobs", "schedule", "clips", *COMMANDS))])
def test_every_help_fits_a_terminal_of_80_columns(command):
    assert max(map(len, read_help(*command).splitlines())) <= 80


def test_help_imports_none_of_the_commands_that_it_lists():
    code = (
        "import sys; from automagic.cli.main import run; run(['--help']);"
        "sys.stderr.write(' '.join(name for name in sys.modules if name.startswith(('automagic.cli.jobs',"
        "'automagic.cli.schedule', 'automagic.cli.models', 'automagic.jobs', 'rich', 'automagic.settings'))))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.request.__name__)
def test_every_flag_of_a_request_stands_under_a_heading(operation):
    for one in list_request_fields(operation.request):
        assert one.flag.argument or one.flag.panel in PANELS, one.name


@pytest.mark.parametrize("example", [line for one in OPERATIONS for line in one.examples])
def test_an_example_in_the_help_is_a_command_line(example):
    program, *arguments = shlex.split(example)
    assert program == "automagic"
    command = typer.main.get_command(app)
    with command.make_context(program, arguments) as context:
        if rest := [*context._protected_args, *context.args]:
            name, found, tail = command.resolve_command(context, rest)  # type: ignore[attr-defined]
            found.make_context(name, tail, parent=context)


@pytest.mark.parametrize("command", [(), ("jobs",), ("schedule",), ("models",)])
def test_a_command_that_asks_for_nothing_shows_its_help(command, capsys):
    assert run([*command]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(f"Usage: {' '.join(['automagic', *command])} ")
    assert printed.err == ""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("automagic --theme ga", {"gazette"}),
        ("automagic --platform s", {"shorts", "square"}),
        ("automagic --voice am", {"am_michael"}),
        ("automagic clips --theme po", {"poster"}),
        ("automagic jobs add video --voice pip", {"piper"}),
        ("automagic sched", {"schedule"}),
        ("automagic --sour", {"--source"}),
    ],
)
def test_a_shell_completes_commands_flags_and_names(words, offered, tmp_path):
    asked = {
        "_AUTOMAGIC_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
        "AUTOMAGIC_HOME": str(tmp_path / "home"),
    }
    (tmp_path / ".env").write_text("THEME=poster\n")  # of which a shell is not told
    result = run_command(cwd=tmp_path, environment={**os.environ, **asked})
    assert (result.code, set(result.out.split()), result.err) == (0, offered, "")
