"""Records in, results out: a job from its sources to its output."""
