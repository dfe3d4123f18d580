"""Models compared on data whose truth is known."""
