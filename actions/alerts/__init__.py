"""Alerts to staff: who is told, when, over which channel, again and again until somebody acknowledges. Nothing lies unread."""
