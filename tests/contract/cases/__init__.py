"""The cases every ERP adapter must pass, by what they are about."""
