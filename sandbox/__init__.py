"""Stand-ins of the systems around us, and the demo that runs them all on one machine."""
