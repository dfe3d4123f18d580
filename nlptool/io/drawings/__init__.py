"""Pictures of results, a file a task."""
