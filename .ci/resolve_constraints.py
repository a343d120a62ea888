"""Rewrite constraints.txt from a fresh resolution of every extra and of the build.

Only names and versions are kept: where a package is fetched from is the business of the
machine that fetches it (docs/decisions/0006).
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
BUILD_ONLY = ("editables",)  # asked for by hatchling only when an editable install is built


def canonical(name: str) -> str:
    """Return a distribution's name as PEP 503 spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def resolve() -> dict[str, str]:
    """Ask pip for the newest versions that fit together, without installing them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = ",".join(project["project"]["optional-dependencies"])
    wanted = [f"{ROOT}[{extras}]", *project["build-system"]["requires"], *BUILD_ONLY]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--quiet", "--dry-run"]
        options = ["--ignore-installed", "--report", str(report)]
        subprocess.run([*pip, *options, *wanted], check=True)
        installs = json.loads(report.read_text(encoding="utf-8"))["install"]
    versions = {canonical(i["metadata"]["name"]): i["metadata"]["version"] for i in installs}
    del versions[canonical(project["project"]["name"])]
    return versions


def main() -> None:
    """Keep the file's comments and the markers, replace the versions."""
    old = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    comments = [line for line in old if line.startswith("#")]
    pinned = {line.split("==")[0]: line for line in old if "==" in line}
    # A line with a marker that was not resolved belongs to another platform: it stays.
    kept = {name: line for name, line in pinned.items() if ";" in line}
    for name, version in resolve().items():
        _, semicolon, marker = kept.get(name, "").partition(";")
        kept[name] = f"{name}=={version}{semicolon}{marker}"
    lines = [*comments, *(kept[name] for name in sorted(kept))]
    CONSTRAINTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
