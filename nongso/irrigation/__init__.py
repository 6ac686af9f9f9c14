"""Watering that is safe to automate: zones and their caps, when a valve may open, what becomes of an order, what the meter says. Pure.

The eleven safety rules these modules keep, and the test that tries to break each, stand in docs/irrigation.md.
"""
