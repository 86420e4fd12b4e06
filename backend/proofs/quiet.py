"""The log of a proof: silent, for failures are what is rehearsed, and standard output is the answer's."""

from __future__ import annotations

import logging

import structlog


def be_quiet() -> None:
    """For this process, for good."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
