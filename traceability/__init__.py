"""Who made it, where, when, and how anybody can check: identifiers, events, labels and the tamper-evident log."""
