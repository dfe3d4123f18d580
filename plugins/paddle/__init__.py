"""Exported Paddle models, run by paddle.inference."""
