"""The languages of the field: each module reads one of them into uplinks, purely; `reader` does so for a batch."""
