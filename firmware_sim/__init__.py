"""Honest devices: a fleet with weather, soil and water physics, faults, store-and-forward and valves."""
