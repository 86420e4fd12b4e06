"""The drive: files uploaded in parts, with versions, on a host of its own."""
