"""What the schema shows: one noun a file."""
