"""What happens by the clock: rollups, alerts, upkeep."""
