"""Modules in PaddleHub's own form, and what trains them: run by its environment's Python."""
