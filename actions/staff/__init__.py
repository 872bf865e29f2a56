"""Staff: sign-in, permissions, the list of handoffs, review of content, statistics."""
