"""*Put into the queue*: an order that waits while the ERP does not answer, and what becomes of it afterwards (R13)."""
