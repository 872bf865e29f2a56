"""What a child wants to ask at a meeting: collected in the chat, kept with the conversation and deleted with it."""
