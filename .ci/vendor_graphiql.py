"""Put GraphiQL into litehq_app/static/graphiql, where the server finds it.

Its packages come through npm as this machine has it configured. Only the files that a browser
needs are taken out of them, so nothing is built and nothing else is installed. They are not part
of the repository.
"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "litehq_app" / "static" / "graphiql"
# The last line of GraphiQL that comes as one script; the next needs a build of its own.
WANTED = {
    "graphiql@3.9.0": ("graphiql.min.js", "graphiql.min.css"),
    "react@18.3.1": ("umd/react.production.min.js",),
    "react-dom@18.3.1": ("umd/react-dom.production.min.js",),
}

sys.path.insert(0, str(ROOT))

from tests.node.install import node_program, npm_script  # noqa: E402


def main() -> None:
    """Fetch each package, and write what is wanted of it with its licence."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for package, names in WANTED.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [node_program(), npm_script(), "pack", package, "--loglevel=error"]
            path = os.pathsep.join([str(node_program().parent), os.environ.get("PATH", "")])
            environment = {**os.environ, "PATH": path}
            subprocess.run(
                command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL
            )
            [archive] = Path(folder).glob("*.tgz")
            _unpack(archive, names, package.partition("@")[0])


def _unpack(archive: Path, names: tuple[str, ...], package: str) -> None:
    with tarfile.open(archive) as tar:
        for name in (*names, "LICENSE"):
            content = tar.extractfile(f"package/{name}") or io.BytesIO()
            kept = f"{package}.LICENSE" if name == "LICENSE" else Path(name).name
            (TARGET / kept).write_bytes(content.read())


if __name__ == "__main__":
    main()
