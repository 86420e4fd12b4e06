"""What the business asks of the outside: an ERP, a CRM, a store, a clock.

Protocols and the plain data they exchange.
"""
