"""Put Scalar into litehq_app/static/scalar, where the page at /docs finds it.

As with GraphiQL: the package comes through npm as this machine has it configured, one file is taken
out of it, and that is no part of the repository: it is 4 MB of other people's code, with addresses
of their services in it, which the page's settings and its policy keep from being used.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "litehq_app" / "static" / "scalar"
PACKAGE = "@scalar/api-reference@1.72.1"
WANTED = "package/dist/browser/standalone.js"

sys.path.insert(0, str(ROOT))

from tests.node.install import node_program, npm_script  # noqa: E402


def main() -> None:
    """Fetch the package, and write the one file with what it says of its licence."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = os.pathsep.join([str(node_program().parent), os.environ.get("PATH", "")])
        subprocess.run(
            [node_program(), npm_script(), "pack", PACKAGE, "--loglevel=error"],
            cwd=folder,
            env={**os.environ, "PATH": path},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        [archive] = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            (TARGET / "standalone.js").write_bytes(_content(tar, WANTED))
            (TARGET / "LICENSE").write_text(_licence(_content(tar, "package/package.json")))


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    found = tar.extractfile(name)
    if found is None:
        raise FileNotFoundError(name)
    return found.read()


def _licence(package_json: bytes) -> str:
    """The package brings no file with its licence, only its name."""
    told = json.loads(package_json)
    return f"{told['name']} {told['version']}\n{told['author']}\nLicence: {told['license']}\n"


if __name__ == "__main__":
    main()
