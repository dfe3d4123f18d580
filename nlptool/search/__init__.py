"""Texts found by their meaning."""
