"""The GraphQL page beside the servers people would pick."""
