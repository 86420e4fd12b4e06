"""OAuth 2.0: codes, rotating tokens, long-lived ones, and the disposable token of the page."""
