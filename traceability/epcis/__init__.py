"""EPCIS 2.0 events: documents in and out (JSON-LD, XML), their check by meaning, and the event hash id."""
