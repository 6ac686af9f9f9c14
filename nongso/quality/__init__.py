"""Quality control of what comes in: limits of each property, one series against its past, readings of a moment against each other."""
