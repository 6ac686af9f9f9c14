"""The tamper-evident log: a Merkle tree of records as static files, signed, witnessed and provable offline."""
