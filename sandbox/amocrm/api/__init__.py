"""API v4 as it is on the wire."""
