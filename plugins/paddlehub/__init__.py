"""Modules of PaddleHub."""
