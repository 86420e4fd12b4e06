"""Stockgate: live ERP stock, reserves and documents in the amoCRM deal card."""
