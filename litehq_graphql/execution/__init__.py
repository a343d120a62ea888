"""How a document is read: its projection onto attributes, and its limits."""
