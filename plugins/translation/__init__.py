"""What adapters of translation models share, whatever library runs them."""
