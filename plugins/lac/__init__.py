"""Baidu's LAC: words, parts of speech and names of Chinese text by one network."""
