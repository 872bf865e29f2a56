"""Numbers for staff. None is so small that a child could be recognised."""
