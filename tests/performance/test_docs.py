"""What docs/performance.md shows is what happens."""

from __future__ import annotations

import re

from automagic.performance import PerformanceConfig
from automagic.settings import known_settings
from tests.support.places import ROOT
from tests.support.processes.python_programs import run_command, run_python

PAGE = (ROOT / "docs" / "performance.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_prints_what_it_says_and_its_figures_are_in_the_metrics(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(tmp_path / "home"))
    (program,), (shown,) = blocks("py"), blocks("text")
    (tmp_path / "example.py").write_text(program)
    done = run_python("example.py", cwd=tmp_path)
    assert (done.code, done.out) == (0, shown), done.err
    metrics = run_command("--metrics", cwd=tmp_path).out
    assert re.search(r"^look up +2 ", metrics, re.MULTILINE)
    assert re.search(r"^look_up +3 ", metrics, re.MULTILINE)
    assert re.search(r"^lookups +language=en +2$", metrics, re.MULTILINE)


def test_every_setting_that_it_names_is_one():
    known = {setting.name for setting in known_settings()}
    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=\w+)?`", PAGE)) <= known
    fields = set(PerformanceConfig.__dataclass_fields__)
    named = {"max_processes", "query_timeout", "query_cache_ttl", "task_timeout", "tracemalloc_enabled", "keep_metrics"}
    assert named <= fields
    assert all(name in PAGE for name in named)
