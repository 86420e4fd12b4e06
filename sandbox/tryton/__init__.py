"""The demo company's ERP: a real Tryton in a process of its own, filled with an electrical wholesaler's data."""
