"""Made-up people, chats and worries for trying Navet out: `navet demo`."""
