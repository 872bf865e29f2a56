"""`N_` marks a string for translation where it is written; it is looked up later, when the reader's language is known."""


def N_(text: str) -> str:
    return text
