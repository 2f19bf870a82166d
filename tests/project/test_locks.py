"""The lock files are complete, for every machine that the README names, and whoever installs them trusts them alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import locks
import pytest
from locks import Package, environments, find_gaps, read_lock, read_roots
from packaging.requirements import Requirement

from tests.support.places import ROOT

LOCKS = {
    "requirements.lock": ("build",),
    "requirements-all.lock": ("build", "clips", "dev", "bench"),
}
ENVIRONMENTS = dict(environments())


@pytest.fixture(scope="module")
def installed() -> Mapping[str, Package]:
    return locks.installed()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_all_that_its_packages_ask_for_on_each_machine(
    name: str, installed: Mapping[str, Package]
) -> None:
    """What a package asks for is read from the installed one; that of another version has the same needs."""
    for machine, environment in ENVIRONMENTS.items():
        versions = read_lock(ROOT / name, environment)
        packages = {
            package: Package(version, installed[package].requires if package in installed else ())
            for package, version in versions.items()
        }
        assert len(packages) > 100
        assert find_gaps(read_roots(*LOCKS[name]), packages, environment) == [], machine


def test_the_needs_of_all_packages_that_are_locked_for_this_machine_are_known(installed: Mapping[str, Package]) -> None:
    assert read_lock(ROOT / "requirements-all.lock", current()).keys() <= installed.keys()


def current() -> dict[str, str]:
    return {name: str(value) for name, value in locks.default_environment().items()}


def test_the_default_lock_is_a_part_of_the_full_one() -> None:
    full = (ROOT / "requirements-all.lock").read_text()
    for pin in re.findall(r"^[a-z0-9].*\\$", (ROOT / "requirements.lock").read_text(), re.MULTILINE):
        assert f"{pin.partition(' ')[0]} " in full
    for environment in ENVIRONMENTS.values():
        default = read_lock(ROOT / "requirements.lock", environment)
        assert default.items() <= read_lock(ROOT / "requirements-all.lock", environment).items()


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_a_lock_pins_every_package_by_hash_and_names_no_index(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize(
    ("machine", "version"),
    [
        ("Python 3.11.9 on ARM Linux", "5.1"),
        ("Python 3.12.9 on x86-64 Linux", "5.0"),
        ("Python 3.12.9 on Apple Silicon", "5.0"),
        ("Python 3.13.9 on Apple Silicon", "5.1"),
        ("Python 3.12.9 on ARM Linux", None),
        ("Python 3.14.9 on x86-64 Linux", None),
    ],
)
def test_each_machine_gets_the_pocketsphinx_that_is_published_for_it(machine: str, version: str | None) -> None:
    found = read_lock(ROOT / "requirements.lock", ENVIRONMENTS[machine]).get("pocketsphinx")
    assert (found and found.rpartition(".")[0]) == version


def test_all_that_is_installed_here_fits_together() -> None:
    assert locks.check_installed() == []


# ------------------------------------------------------------------------------------------------- how gaps are found

ENVIRONMENT = ENVIRONMENTS["Python 3.11.0 on x86-64 Linux"]


@pytest.mark.parametrize(
    ("roots", "gap"),
    [
        (["alpha"], []),
        (["alpha>=2"], ["automagic needs alpha>=2, and alpha 1.5 is not"]),
        (["gamma"], ["automagic needs gamma, which is missing"]),
        (["gamma; python_version >= '3.12'"], []),
        (["alpha[more]"], ["alpha needs delta; extra == 'more', which is missing"]),
        (["Beta_Two"], ["beta-two needs alpha<1, and alpha 1.5 is not"]),
        (["num2words"], []),
    ],
)
def test_a_gap_is_what_a_package_asks_for_and_does_not_get(roots: list[str], gap: list[str]) -> None:
    packages = {
        "alpha": Package("1.5", ("delta; extra == 'more'", "alpha; sys_platform == 'win32'")),
        "beta-two": Package("2.0", ("alpha<1",)),
        "num2words": Package("0.5", ("docopt>=0.6",)),
    }
    assert [sentence.replace('"', "'") for sentence in find_gaps(roots, packages, ENVIRONMENT)] == gap


# ---------------------------------------------------------------------------------------------- who installs the locks


def test_whoever_installs_a_lock_asks_for_nothing_else() -> None:
    """`pip` before 23.3 looks for newer releases of what has extras, unless it is told to leave requirements alone."""
    files = ["Makefile", "README.md", ".ci/run", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
    files += [str(path.relative_to(ROOT)) for path in (ROOT / "deployment").rglob("*") if path.is_file()]
    found = 0
    for name in files:
        text = (ROOT / name).read_text(errors="replace").replace("\\\n", " ")
        for line in re.findall(r"pip install [^&\n]*(?:-r|--requirement) [^&\n]*", text):
            found += 1
            assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(line.split()), f"{name}: {line}"
    assert found >= 2


def test_what_pyproject_promises_fits_what_is_tried() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {line.rpartition(" ")[2] for line in project["classifiers"] if re.search(r":: 3\.\d+$", line)}
    assert named == set(locks.PYTHONS)
    assert project["requires-python"] == f">={locks.PYTHONS[0]}"
    assert all(Requirement(line) for line in project["dependencies"])
