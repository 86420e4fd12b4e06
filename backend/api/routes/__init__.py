"""What the URLs are. Every one needs a token or says why it does not (`access.open_route`)."""
