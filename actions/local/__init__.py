"""What a municipality decides itself: its profile (database over file), and a message when something very hard has happened."""
