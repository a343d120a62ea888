"""LiteHQ's outer ring: settings, stores, workers, pages and the command line."""
