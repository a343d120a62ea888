"""Hypothesis for the whole folder: no deadlines, for two busy cores are no defect."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("litehq", deadline=None, max_examples=60)
settings.load_profile("litehq")
