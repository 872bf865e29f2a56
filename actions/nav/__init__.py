"""The child's nav: the adults around one child, who stands in for whom, the codes that link a chat to it, and who gets what."""
