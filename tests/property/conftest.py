"""Property tests: the same examples every run where `CI` is set, fresh ones elsewhere; nothing kept on disk."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fresh", max_examples=40, deadline=None, database=None)
settings.register_profile("ci", settings.get_profile("fresh"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "fresh")
