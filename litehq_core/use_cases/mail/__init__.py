"""The outbox, for those who look after the installation."""
