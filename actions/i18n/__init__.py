"""Languages, catalogs and the checks that keep unsafe translations out."""

from actions.i18n.catalogs import Catalogs, Translated, catalogs
from actions.i18n.languages import Language, language, languages, offered

__all__ = ["Catalogs", "Language", "Translated", "catalogs", "language", "languages", "offered"]
