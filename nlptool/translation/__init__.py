"""Documents cut into sentences, and put together again in another language."""
