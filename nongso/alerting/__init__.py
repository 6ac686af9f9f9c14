"""Alert rules in event time: what is looked at, the state machine over it, and the catalogue that ships. Pure."""
