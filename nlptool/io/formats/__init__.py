"""A file a format: how its records are read and its rows written."""
