"""Handoffs: a worry on its way from a child to an adult. Routing, states, store."""
