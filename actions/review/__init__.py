"""Review of the content by people: decisions over the files, what children asked in vain, whether an answer was clear."""
