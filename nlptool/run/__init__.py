"""The road that records travel: read, batch, predict, write."""
