"""What the demonstration writes: rolls and accounts."""
