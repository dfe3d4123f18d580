"""Who answers windows: one process, or many."""
