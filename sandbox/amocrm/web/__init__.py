"""The part people see: pages, widget archives, market, settings, the page's own requests."""
