"""From a name to a loaded adapter: which model answers, on which device, with which weights."""
