"""Navet: the side that faces people (web app, action server, content, handoffs, staff pages, translations)."""
