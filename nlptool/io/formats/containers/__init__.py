"""Documents that are texts in a container: a file a kind, all after one pattern (container.py)."""
