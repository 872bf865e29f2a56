"""Navet's Rasa side. Python 3.10; talks to the rest over loopback HTTP only."""
