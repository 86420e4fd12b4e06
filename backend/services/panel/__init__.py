"""The panel of the deal card as JSON-ready data (docs/http-api.md).

Quantities and money are texts, moments ISO in UTC.
"""
