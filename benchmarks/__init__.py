"""Measurements of the core beside other ways to do the same. See ``README.md``."""
