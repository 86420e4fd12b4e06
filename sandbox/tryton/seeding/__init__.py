"""Fills an empty Tryton database with the demo company, through proteus, inside Tryton's own environment."""
