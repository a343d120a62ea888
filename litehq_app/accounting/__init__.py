"""The books of the operator, kept by an accounting system."""
