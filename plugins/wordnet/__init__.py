"""Lemmas by WordNet, with the parts of speech given or tagged."""
