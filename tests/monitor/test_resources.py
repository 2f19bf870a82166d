"""Resources: a container's limits, the sampler's peaks and cost, and the guard before heavy work."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from automagic.machine.container import Allowance, read_allowance
from automagic.monitor.resources import Sampler, read_machine
from automagic.monitor.totals import record_peaks, use_engine

MB = 1 << 20


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content + "\n")


def allowance(tmp_path: Path, membership: str, files: dict[str, str]) -> Allowance:
    (tmp_path / "cgroup").write_text(membership)
    root = tmp_path / "root"
    root.mkdir()
    write(root, files)
    return read_allowance(membership=tmp_path / "cgroup", root=root)


# ------------------------------------------------------------------------------------------------------ containers


def test_limits_of_version_2_count_with_those_of_the_parents(tmp_path):
    found = allowance(
        tmp_path,
        "0::/outer/inner\n",
        {
            "outer/memory.max": "500",
            "outer/memory.current": "300",
            "outer/memory.stat": "anon 100\ninactive_file 120",
            "outer/cpu.max": "max 100000",
            "outer/inner/memory.max": "max",
            "outer/inner/memory.current": "10",
            "outer/inner/cpu.max": "150000 100000",
        },
    )
    assert found == Allowance(500, 180, 1.5)


def test_limits_of_version_1_are_read_by_controller(tmp_path):
    found = allowance(
        tmp_path,
        "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/\n",
        {
            "memory/docker/abc/memory.limit_in_bytes": "1000",
            "memory/docker/abc/memory.usage_in_bytes": "900",
            "memory/docker/abc/memory.stat": "cache 5\ntotal_inactive_file 400",
            "cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "50000",
            "cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000",
        },
    )
    assert found == Allowance(1000, 500, 0.5)


def test_a_path_of_the_host_that_is_not_there_means_the_group_at_the_root(tmp_path):
    found = allowance(
        tmp_path,
        "0::/kubepods/pod7/x\n",
        {"memory.max": "700", "memory.current": "70", "memory.stat": "inactive_file 0", "cpu.max": "200000 100000"},
    )
    assert found == Allowance(700, 70, 2.0)


def test_no_limits_and_no_groups_are_no_limits(tmp_path):
    none = {"memory/memory.limit_in_bytes": str((1 << 63) - 4096), "memory/memory.usage_in_bytes": "5"}
    assert allowance(tmp_path, "4:memory:/\n2:cpu:/\n", {**none, "cpu/cpu.cfs_quota_us": "-1"}) == Allowance()
    assert read_allowance(membership=tmp_path / "missing") == Allowance()


def test_the_machine_is_read_for_a_folder_that_is_not_there_yet(tmp_path):
    machine = read_machine(tmp_path / "not" / "yet")
    assert machine.cores > 0
    assert 0 < machine.memory_free_bytes <= machine.memory_total_bytes
    assert 0 < machine.disk_free_bytes <= machine.disk_total_bytes


# ------------------------------------------------------------------------------------------------------ the sampler

HOLDER = "import sys; held = b'x' * (80 << 20); print('ready', flush=True); sys.stdin.read()"


OUTER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDER!r}])"
WATCHER = """
import subprocess, sys
from automagic.monitor.resources import ProcessTree
tree = ProcessTree()
before = tree.read()
with subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
    child.stdout.readline()
    during = tree.read()
    child.stdin.close()
after = tree.read()
for usage in before, during, after:
    print(usage.processes, usage.memory_bytes)
"""


def test_the_memory_of_children_and_their_children_counts():
    # A program of its own: children that other tests left behind end whenever they like.
    done = subprocess.run([sys.executable, "-c", WATCHER, OUTER], capture_output=True, text=True, check=True)
    before, during, after = ([*map(int, line.split())] for line in done.stdout.splitlines())
    assert (before[0], during[0], after[0]) == (1, 3, 1)
    assert during[1] > before[1] + 80 * MB


def test_peaks_are_flushed_into_the_database(tmp_path, engine):
    begin = use_engine(engine)
    sampler = Sampler(tmp_path, interval_s=0.01, flush=lambda peaks: record_peaks(begin, peaks, now=time.time()))
    sampler.start()
    sampler.start()  # the second time is none
    while sampler.latest is None:
        threading.Event().wait(0.005)
    sampler.stop()
    with engine.connect() as connection:
        found = dict(connection.exec_driver_sql("SELECT name, value FROM resource_peaks").all())
    assert found["memory_bytes"] > 10 * MB
    assert found["processes"] >= 1
    assert 0 < found["disk_used_share"] < 1


def test_peaks_that_cannot_be_written_are_kept_for_the_next_time(tmp_path):
    given: list[dict[str, float]] = []

    def flush(peaks: dict[str, float]) -> None:
        given.append(dict(peaks))
        if len(given) < 3:
            raise OSError("the disk is full")

    sampler = Sampler(tmp_path, interval_s=0.005, flush_s=0.0, flush=flush)
    sampler.start()
    while len(given) < 4:
        threading.Event().wait(0.005)
    sampler.stop()
    assert given[2]["memory_bytes"] >= max(given[0]["memory_bytes"], given[1]["memory_bytes"])


def test_a_sampler_that_never_began_ends_at_once(tmp_path):
    given: list[object] = []
    sampler = Sampler(tmp_path, flush=given.append)
    sampler.stop()
    assert given == []


def test_looking_costs_less_than_half_a_percent_of_a_core(tmp_path):
    sampler = Sampler(tmp_path)
    looks = 200
    sampler._look(None)
    began = time.thread_time()
    for _ in range(looks):
        sampler._look(None)
    assert (time.thread_time() - began) / looks < 0.005  # once a second
