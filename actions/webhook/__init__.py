"""The action server: Rasa's action protocol over FastAPI, and the actions behind it."""
