"""The way out: webhook requests to addresses that tenants choose, and never inwards."""
