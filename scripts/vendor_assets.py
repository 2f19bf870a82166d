"""Fetch the libraries that pages load, as `data/web/vendor/vendor.toml` names them, and compare what lies there.

    python scripts/vendor_assets.py           what differs, which ends with 1
    python scripts/vendor_assets.py --write   puts the files in place, after the package's integrity was checked

It needs npm and the network. Users need neither.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "automagic/data/web/vendor"


def main() -> int:
    """0 when all is as it is told."""
    write = "--write" in sys.argv[1:]
    wrong = 0
    for name, library in tomllib.loads((VENDOR / "vendor.toml").read_text("utf-8")).items():
        with tempfile.TemporaryDirectory() as folder:
            package = f"{library['package']}@{library['version']}"
            subprocess.run(["npm", "pack", "--silent", package, "--pack-destination", folder], check=True)  # noqa: S607
            [archive] = Path(folder).glob("*.tgz")
            found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if library["integrity"] != f"sha512-{found}":
                print(f"{name}: the package {package} has another integrity: sha512-{found}")
                return 1
            with tarfile.open(archive) as packed:
                for file, facts in library["files"].items():
                    member = packed.extractfile(f"package/{facts['from']}")
                    assert member is not None
                    body = member.read()
                    if hashlib.sha256(body).hexdigest() != facts["sha256"]:
                        print(f"{name}: {file} has another sha256: {hashlib.sha256(body).hexdigest()}")
                        wrong = 1
                    elif write:
                        (VENDOR / file).write_bytes(body)
                    elif not (VENDOR / file).is_file() or (VENDOR / file).read_bytes() != body:
                        print(f"{name}: {file} is not what npm has")
                        wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
