"""The manifests for a cluster: what can be known of them without one. Their schemas are the judges' (`make judges`)."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from automagic.cli.main import app
from automagic.jobs.queue.overview import Overview
from tests.support.places import ROOT
from tests.support.programs.environments import make_venv

FOLDER = ROOT / "deployment" / "kubernetes"
JUDGE = "kubernetes-validate==1.37.0"
RELEASE = "1.34.0"


def manifests() -> dict[str, dict[str, Any]]:
    """Every object, by "Kind name"."""
    found = {}
    for name in yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]:
        for one in yaml.safe_load_all((FOLDER / name).read_text()):
            found[f"{one['kind']} {one['metadata']['name']}"] = one
    return found


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """The template of each pod."""
    for name, one in manifests().items():
        if one["kind"] == "Deployment":
            yield name, one["spec"]["template"]
        if one["kind"] == "CronJob":
            yield name, one["spec"]["jobTemplate"]["spec"]["template"]


def test_every_file_is_part_of_it() -> None:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    assert {path.name for path in FOLDER.glob("*.yaml")} == {*listed, "kustomization.yaml"}


@pytest.mark.parametrize("pod", [name for name, _ in pods()])
def test_no_pod_has_rights_or_writes_but_to_its_own_volumes(pod: str) -> None:
    spec = dict(pods())[pod]["spec"]
    [container] = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 10001
    held = container["securityContext"]
    assert (held["readOnlyRootFilesystem"], held["allowPrivilegeEscalation"]) == (True, False)
    assert held["capabilities"] == {"drop": ["ALL"]}
    assert "memory" in container["resources"]["limits"]
    mounted = {one["mountPath"] for one in container["volumeMounts"]}
    assert {"/var/lib/automagic", "/tmp"} <= mounted
    assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in spec["volumes"]}


@pytest.mark.parametrize("pod", [name for name, _ in pods()])
def test_each_command_is_one_that_there_is(pod: str) -> None:
    [container] = dict(pods())[pod]["spec"]["containers"]
    command = typer.main.get_command(app)
    with command.make_context("automagic", [*container["args"]]) as context:
        if rest := [*context._protected_args, *context.args]:
            name, found, tail = command.resolve_command(context, rest)  # type: ignore[attr-defined]
            found.make_context(name, tail, parent=context)


def test_selectors_find_their_pods_and_the_queue_decides_how_many_work() -> None:
    found = manifests()
    components = {template["metadata"]["labels"]["app.kubernetes.io/component"] for _, template in pods()}
    for name, one in found.items():
        selector = one["spec"].get("selector") if "spec" in one else None
        if selector:
            wanted = selector.get("matchLabels", selector)["app.kubernetes.io/component"]
            assert wanted in components, name
    scaler = found["HorizontalPodAutoscaler automagic-worker"]["spec"]
    assert f"Deployment {scaler['scaleTargetRef']['name']}" in found
    [metric] = scaler["metrics"]
    shown = Overview({}, 0, 0.0, 0, ()).gauges
    assert metric["external"]["metric"]["name"].removeprefix("automagic_") in shown
    assert "replicas" not in found["Deployment automagic-worker"]["spec"]  # it would be set back with each apply


def test_secrets_are_named_and_none_is_there() -> None:
    text = "".join(path.read_text() for path in FOLDER.iterdir())
    assert not re.search(r"kind: Secret\b", text)
    assert {path.name for path in FOLDER.glob("*.env*")} == {"secrets.env.example"}


@pytest.mark.judges
def test_the_schemas_of_kubernetes_take_every_manifest(tmp_path: Path) -> None:
    python = make_venv(tmp_path / "venv", JUDGE)
    for name in yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]:
        command = [python.with_name("kubernetes-validate"), "--strict", "--kubernetes-version", RELEASE, FOLDER / name]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
