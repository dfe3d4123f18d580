"""Models made: data read, weights trained, vectors built, formats converted."""
