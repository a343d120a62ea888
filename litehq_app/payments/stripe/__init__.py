"""Stripe, with the workspaces' own accounts (Connect): what the simulated provider only plays."""
