"""The chat gateway: who is talking, one message at a time, nothing twice, an answer always."""
