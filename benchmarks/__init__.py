"""How fast the product is, always beside a baseline: `make bench`."""
