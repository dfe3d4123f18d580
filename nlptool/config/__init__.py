"""models.yaml in layers, and where nlptool's own files are."""
