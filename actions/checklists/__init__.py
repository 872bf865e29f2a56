"""Points that staff tick off on a handoff: what a plan must contain, what to do about a child who is missing."""
