"""Pure formulas of the field: water, salt, stages and disease weather; no I/O, no clock, only the standard library.

Every result keeps the values it was made from, so that advice can explain itself line by line.
"""
