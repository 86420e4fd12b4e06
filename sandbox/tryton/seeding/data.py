"""Reads the demo company's figures from the YAML files beside this package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent / "data"


def load(name: str) -> Any:
    """The content of ``data/<name>.yaml``."""
    return yaml.safe_load((ROOT / f"{name}.yaml").read_text(encoding="utf-8"))


def product_files() -> list[dict[str, Any]]:
    """Every product file in a fixed order: category and products; kits come last, after their parts."""
    return [*(load(f"products/{path.stem}") for path in sorted((ROOT / "products").glob("*.yaml"))), load("kits")]
