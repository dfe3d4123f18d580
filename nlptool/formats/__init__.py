"""Bytes to records and results to bytes; nothing here knows a task's model."""
