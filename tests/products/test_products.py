"""A product is one folder: a toy one is put beside the others, and everybody has it with no other file touched."""

from __future__ import annotations

import json
import subprocess
import sys

import msgspec
import pytest

from automagic.jobs.kinds import find_kind, kind_of
from automagic.products import find_products, kind_names, steps_of
from automagic.stages.requests import request_schema
from automagic.values.product import Result, load
from automagic.values.request import Request, list_request_fields
from tests.support.places import DATA
from tests.support.processes.python_programs import Outcome, run_python

TOYS = DATA / "toy_products"
OPERATIONS = [(product, one) for product in find_products() for one in product.operations]

BESIDE = f"import sys, automagic.products as products; products.__path__.append({str(TOYS)!r})\n"
"""As if the folder lay in the package."""

COMMAND = BESIDE + "from automagic.cli.main import run\nsys.exit(run(sys.argv[1:]))"

FROM_PYTHON = """
import asyncio
from automagic import HelloRequest, open_studio
async def main():
    async with open_studio() as studio:
        result = await studio.run(HelloRequest("Ada", times=2))
        job = await studio.jobs.add(HelloRequest("Grace"))
        print(result.folder.joinpath("greeting.txt").read_text(), job.kind, job.title)
asyncio.run(main())
"""


@pytest.fixture
def toy(tmp_path):
    """The command line, with the toy product in the package."""

    def run(*arguments: str, code: int = 0) -> Outcome:
        ended = run_python(
            "-c", COMMAND, *arguments, cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(tmp_path / "home")}
        )
        assert ended.code == code, ended.err
        return ended

    return run


def test_a_new_product_has_its_command(toy, tmp_path):
    assert "greeting  Words at the door." in toy("--help").out
    said = toy("greeting", "hello", "--help").out
    assert "--times N" in said
    assert "How often.  [default: 1]" in said
    made = json.loads(toy("greeting", "hello", "Ada", "--times", "2", "--out", "made", "--json").out)
    assert (made["title"], made["folder"], made["steps"]) == ("hello to Ada", "made", {"hit": 0, "miss": 1})
    assert (tmp_path / "made" / "greeting.txt").read_text() == "Hello, Ada!\n" * 2
    again = toy("greeting", "hello", "Ada", "--times", "2", "--out", "made")
    assert "Find the words: kept" in again.err
    assert "hello to Ada, made in" in again.out
    planned = toy("greeting", "hello", "Ada", "--plan", "--json")
    assert [one["name"] for one in json.loads(planned.out)["plan"]] == ["greeting.write"]
    assert "farewell  Say farewell." in toy("greeting", "--help").out


def test_a_quiet_command_prints_where_the_result_is_and_a_verbose_one_its_log_too(toy):
    quiet = toy("greeting", "hello", "Ada", "--out", "made", "-q")
    assert (quiet.out, quiet.err) == ("made\n", "")
    before = toy("--quiet", "greeting", "hello", "Ada", "--out", "made")
    assert (before.out, before.err) == ("made\n", "")
    verbose = toy("greeting", "hello", "Ada", "--out", "made", "-v")
    assert "[debug] step kept step=greeting.write" in verbose.err
    assert "Find the words: kept" in verbose.err
    assert "step kept" not in toy("greeting", "hello", "Ada", "--out", "made").err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("hello", "Ada", "--times", "4"), "times 4 is not between 1 and 3"),
        (("hello", "Ada", "--redo", "greeting.wriet"), "Did you mean greeting.write?"),
        (("farewell",), "Missing option '--name'"),
    ],
)
def test_what_it_cannot_do_is_explained(toy, flags, said):
    assert said in toy("greeting", *flags, code=2).err


def test_a_line_without_what_it_needs_is_refused(toy, tmp_path):
    (tmp_path / "more.jsonl").write_text('{"kind": "greeting farewell"}')
    assert "line 1: there is no name" in toy("jobs", "add", "--batch", "more.jsonl", code=2).err


def test_it_is_there_from_python(tmp_path):
    environment = {"AUTOMAGIC_HOME": str(tmp_path / "home")}
    ended = run_python("-c", BESIDE + FROM_PYTHON, cwd=tmp_path, environment=environment)
    assert ended.out == "Hello, Ada!\nHello, Ada!\n greeting hello to Grace\n", ended.err


def test_it_is_made_as_a_job_with_the_file_that_it_names(toy, tmp_path):
    (tmp_path / "letter.txt").write_text("Come in.\n")
    toy("jobs", "add", "greeting", "hello", "Ada", "--letter", "letter.txt", "--key", "one")
    line = {"kind": "greeting farewell", "name": "Grace", "key": "two"}
    (tmp_path / "more.jsonl").write_text(json.dumps(line))
    toy("jobs", "add", "--batch", "more.jsonl")
    (tmp_path / "letter.txt").unlink()
    toy("worker", "--drain")
    for key, text in (("one", "Hello, Ada!\nCome in.\n"), ("two", "Farewell, Grace!\n")):
        toy("jobs", "fetch", key, "--out", key)
        assert (tmp_path / key / "greeting.txt").read_text() == text
    assert "greeting" in toy("jobs", "list", "--json").out


def test_asking_for_anything_imports_no_heavy_library():
    code = (
        "import sys; from automagic.products import find_products;"
        "from automagic.stages.requests import request_schema;"
        "[request_schema(one.request) for product in find_products() for one in product.operations];"
        "sys.stderr.write(', '.join({'numpy', 'cv2', 'av', 'PIL', 'sqlalchemy', 'aiohttp'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(("product", "operation"), OPERATIONS)
def test_what_a_product_declares_is_there(product, operation):
    assert callable(load(operation.recipe))
    assert not operation.gather or callable(load(operation.gather))
    assert issubclass(load(operation.result), Result)
    assert issubclass(operation.request, Request)
    assert {step.name for step in steps_of(operation)} <= product.labels.keys(), "each step has its label"
    for one in list_request_fields(operation.request):
        assert one.meta.description, f"{one.name} has no help"


@pytest.mark.parametrize("name", kind_names())
def test_the_schema_says_what_a_batch_file_may_say(name):
    kind = find_kind(name)
    schema = request_schema(kind.operation.request)
    assert tuple(schema["properties"]) == kind.options
    assert schema["additionalProperties"] is False
    assert all(entry.get("description") for entry in schema["properties"].values())
    msgspec.json.encode(schema)


def test_the_schema_has_bounds_choices_and_defaults():
    video = request_schema(find_kind("video").operation.request)["properties"]
    assert (video["duration"]["minimum"], video["duration"]["maximum"], video["duration"]["default"]) == (5, 3600, 45.0)
    assert video["platform"]["default"] == ["shorts"]
    assert video["privacy"]["enum"] == ["private", "public", "unlisted"]
    clips = request_schema(find_kind("clips").operation.request)
    assert clips["required"] == ["recording"]
    assert clips["properties"]["layout"]["default"] == "auto"


def test_a_request_of_no_product_is_refused():
    with pytest.raises(Exception, match="no product makes a Request"):
        kind_of(Request())
