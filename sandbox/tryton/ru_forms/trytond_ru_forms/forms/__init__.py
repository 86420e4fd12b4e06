"""Layouts of the forms: plain facts in, PDF bytes out. Nothing here knows Tryton."""
