"""Who is told that a log has grown."""
