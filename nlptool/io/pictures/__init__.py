"""Pictures and pages as records, and what is drawn of results."""
