"""What the URLs accept and answer, in words a machine can read."""
