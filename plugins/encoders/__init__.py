"""What adapters of encoder models share, whatever library runs them: windows, labels, spans."""
