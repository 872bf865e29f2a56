"""The sources themselves: a phone number or an address in a sentence could be changed by a translation. They are placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from actions.content import Content, load_content
from actions.i18n.checks.model import Defect, Finding, Severity
from actions.i18n.checks.same import addresses, numbers
from actions.i18n.strings import Sentence, content_sentences

LONG_NUMBER = 5
"""No sentence for a child needs a number of so many digits, but a phone number has them."""


def literal_contacts(known: Content | None = None, sentences: Iterable[Sentence] | None = None) -> Iterator[Finding]:
    """Sentences of data/ that name a number or an address in plain letters instead of a `{tel_…}` placeholder."""
    known = known or load_content()
    phones = {re.sub(r"\D", "", line.tel) for line in known.helplines.values() if line.tel}
    for sentence in sentences if sentences is not None else content_sentences(known):
        found = [number for number in numbers(sentence.source) if number in phones or len(number) >= LONG_NUMBER]
        for literal in [*found, *addresses(sentence.source)]:
            file, line = sentence.places[0] if sentence.places else ("data/", 1)
            mend = "use a {tel_…} placeholder, or a contact of data/helplines.yml"
            yield Finding(Defect.CONTACT, Severity.ERROR, file, line, sentence.context, f"names {literal}", mend)
