"""What stands behind ``ports.mailer``: an SMTP server, or the outbox itself."""
