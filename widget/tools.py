"""Runs the widget's JavaScript tools with the Node the build uses.

python -m widget.tools lint | test
"""

from __future__ import annotations

import subprocess
import sys

from widget.build import HERE, BuildFailed, install, node

COMMANDS = {
    "lint": ["node_modules/eslint/bin/eslint.js", "--max-warnings", "0", "."],
    "test": [
        "--test",
        "--test-reporter=dot",
        *sorted(str(path.relative_to(HERE)) for path in (HERE / "test").glob("*.test.js")),
    ],
}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        install()
        return subprocess.run([node(), *COMMANDS[sys.argv[1]]], cwd=HERE, check=False).returncode  # noqa: S603 - tools of our own
    except BuildFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
