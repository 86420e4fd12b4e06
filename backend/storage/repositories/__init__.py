"""One repository a file: SQL behind the protocols of `ports.store`."""
