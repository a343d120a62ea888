"""Invoices: drawn up, opened, charged, credited, voided, read."""
