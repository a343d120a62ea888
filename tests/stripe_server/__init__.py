"""A server that plays Stripe: what LiteHQ uses of it, and what can go wrong with it.

The real client speaks to it over a socket. Objects have the fields of Stripe's published
description (``tests/app/test_stripe_shapes.py``); it lives in memory.
"""
