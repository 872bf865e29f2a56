"""The chat widget: a custom element without dependencies or build step, and the pages that show it."""
