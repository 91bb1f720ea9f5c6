"""The conformance suite: what schemas/protocol.md asks of a worker."""
