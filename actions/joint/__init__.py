"""One answer from the nav: the adults see each other's drafts and agree on the one the child gets."""
