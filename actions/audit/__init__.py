"""Who did what, when: what staff open and change, kept apart from what they work with."""
