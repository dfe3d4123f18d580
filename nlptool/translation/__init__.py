"""Documents into segments and back: what must survive, quality checks, glossary."""
