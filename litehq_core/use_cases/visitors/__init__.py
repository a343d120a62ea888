"""Visitors: announced, checked in, called off."""
