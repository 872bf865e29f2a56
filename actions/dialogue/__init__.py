"""What Navet says: which facts answer a question, how a worry is met, what danger shows. Knows nothing of HTTP or Rasa."""
