"""Bytes and records: sources, readers, writers, files that appear whole."""
