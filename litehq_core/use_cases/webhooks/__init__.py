"""Webhook endpoints and deliveries: registered, verified, changed, replayed."""
