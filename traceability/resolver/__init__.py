"""The resolver: where a GS1 identifier leads. GS1-Conformant Resolver Standard, release 1.2."""
