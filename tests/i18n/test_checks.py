"""The checks of translations: each of the thirteen defects is refused in every language, and a good text passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from actions.i18n import Language, languages
from actions.i18n.checks import Defect, Pair, Severity, check_all, check_pair
from actions.i18n.checks.glossary import glossary
from actions.i18n.checks.sources import literal_contacts
from actions.i18n.strings import Sentence, update

SWEDISH = "Ring {tel_112} om du inte är trygg. Det tar 15 minuter."
ENGLISH = "Call {tel_112} if you are not safe. It takes 15 minutes."
GOOD = {
    "sv": SWEDISH,
    "en": ENGLISH,
    "ar": "اتصل بالرقم {tel_112} إذا لم تكن في أمان. يستغرق ذلك 15 دقيقة.",
    "fa_AF": "اگر در امان نیستید، به {tel_112} زنگ بزنید. این 15 دقیقه وقت می‌گیرد.",
    "so": "Wac {tel_112} haddii aadan ammaan ahayn. Waxay qaadanaysaa 15 daqiiqo.",
    "ti": "ውሑስ እንተዘይኮንካ ናብ {tel_112} ደውል። 15 ደቓይቕ ይወስድ።",
    "ps": "که خوندي نه یې، {tel_112} ته زنګ ووهه. دا 15 دقیقې وخت نیسي.",
    "uk": "Подзвони {tel_112}, якщо ти не в безпеці. Це триває 15 хвилин.",
    "fr": "Appelle le {tel_112} si tu n'es pas en sécurité. Cela prend 15 minutes.",
}
NOT_LOST = {  # the same sentence without its "not"
    "sv": "Ring {tel_112} om du är trygg. Det tar 15 minuter.",
    "en": "Call {tel_112} if you are safe. It takes 15 minutes.",
    "ar": "اتصل بالرقم {tel_112} إذا كنت في أمان. يستغرق ذلك 15 دقيقة.",
    "fa_AF": "اگر در امان هستید، به {tel_112} زنگ بزنید. این 15 دقیقه وقت می‌گیرد.",
    "so": "Wac {tel_112} haddii aad ammaan tahay. Waxay qaadanaysaa 15 daqiiqo.",
    "ti": "ውሑስ እንተኾይንካ ናብ {tel_112} ደውል። 15 ደቓይቕ ይወስድ።",
    "ps": "که خوندي یې، {tel_112} ته زنګ ووهه. دا 15 دقیقې وخت نیسي.",
    "uk": "Подзвони {tel_112}, якщо ти в безпеці. Це триває 15 хвилин.",
    "fr": "Appelle le {tel_112} si tu es en sécurité. Cela prend 15 minutes.",
}
NEIGHBOUR = {  # the same sentence in a language that is easily taken for it
    "sv": "Ring til politiet på {tel_112}, hvis du ikke føler dig tryg hjemme. Det tager 15 minutter.",
    "en": GOOD["so"],
    "ar": GOOD["fa_AF"],
    "fa_AF": GOOD["ar"],
    "so": "Call {tel_112} now if you are not safe at home. It takes about 15 minutes.",
    "ti": "ደህና ካልሆንክ ወደ {tel_112} ደውል። 15 ደቂቃ ይወስዳል። ሁልጊዜ አንድ ሰው መልስ ይሰጣል።",
    "ps": GOOD["fa_AF"],
    "uk": "Позвони {tel_112}, если тебе сейчас не очень спокойно дома. Это занимает 15 минут.",
    "fr": "Call {tel_112} now if you are not safe at home. It takes about 15 minutes.",
}
NATIVE_DIGITS = {"ar": "١٥", "fa_AF": "۱۵", "ps": "۱۵"}
ALL = sorted(GOOD)


def pair(code: str, text: str, **change: object) -> Pair:
    entry = languages()[code]
    made = Pair(
        file=f"locales/{code}/LC_MESSAGES/content.po",
        line=7,
        context="message.x",
        domain="content",
        language=entry,
        source_code="en" if code == "sv" else "sv",
        source=ENGLISH if code == "sv" else SWEDISH,
        forms=(text,),
    )
    return replace(made, **change)  # type: ignore[arg-type]


def refused(checked: Pair) -> set[Defect]:
    return {finding.defect for finding in check_pair(checked) if finding.severity is Severity.ERROR}


def offered(code: str) -> Language:
    return languages()[code].model_copy(update={"offered": True})


def wrong_letters(code: str, text: str) -> str:
    """A look-alike of the neighbour, or a Cyrillic а inside a Latin word."""
    for wrong, right in languages()[code].letters.items():
        if right in text:
            return text.replace(right, wrong, 1)
    return text + " Migr\u0430tion."


SEEDED = {
    Defect.PLACEHOLDER: lambda code: pair(code, GOOD[code].replace("{tel_112}", "{tel_bris}")),
    Defect.PLURAL: lambda code: pair(code, GOOD[code], forms=(GOOD[code], *[""] * (languages()[code].nplurals - 1)), plural_source=SWEDISH),
    Defect.SAFETY: lambda code: pair(code, GOOD[code], fuzzy=True, comments=("SAFETY: needs two reviewers.",), language=offered(code)),
    Defect.NUMBER: lambda code: pair(code, GOOD[code].replace("15", "51")),
    Defect.NEGATION: lambda code: pair(code, NOT_LOST[code]),
    Defect.BIDI: lambda code: pair(code, GOOD[code].replace("15", "\u202e15")),
    Defect.ISOLATE: lambda code: pair(code, GOOD[code].replace("15", "\u206715")),
    Defect.LETTER: lambda code: pair(code, wrong_letters(code, GOOD[code])),
    Defect.MARKUP: lambda code: pair(code, GOOD[code].replace("15", "<b>15</b>")),
    Defect.SPACE: lambda code: pair(code, GOOD[code] + " "),
    Defect.COPY: lambda code: pair(code, ENGLISH if code == "sv" else SWEDISH),
    Defect.LENGTH: lambda code: pair(code, GOOD[code], comments=("At most 20 characters.",)),
    Defect.LANGUAGE: lambda code: pair(code, NEIGHBOUR[code]),
}  # fmt: skip


@pytest.mark.parametrize("code", ALL)
def test_a_good_translation_passes(code: str) -> None:
    assert check_pair(pair(code, GOOD[code], comments=("At most 90 characters.",))) == []


def test_the_table_of_seeded_defects_is_the_thirteen() -> None:
    assert list(SEEDED) == list(Defect)[:13]
    assert set(ALL) == set(languages())


@pytest.mark.parametrize("code", ALL)
@pytest.mark.parametrize("defect", list(SEEDED))
def test_each_defect_is_refused_in_every_language(defect: Defect, code: str) -> None:
    assert defect in refused(SEEDED[defect](code))


@pytest.mark.parametrize("code", NATIVE_DIGITS)
def test_native_digits_are_no_false_alarm(code: str) -> None:
    assert check_pair(pair(code, GOOD[code].replace("15", NATIVE_DIGITS[code]))) == []
    assert Defect.NUMBER in refused(pair(code, GOOD[code].replace("15", NATIVE_DIGITS[code][::-1])))


@pytest.mark.parametrize(("text", "passes"), [("اتصل بالرقم ١١٢", True), ("اتصل بالرقم ٢١١", False), ("اتصل بالرقم 112", True)])
def test_a_telephone_number_in_native_digits(text: str, passes: bool) -> None:
    found = refused(pair("ar", text, source="Ring 112"))
    assert (Defect.NUMBER not in found) is passes


@pytest.mark.parametrize("address", ["https://bris.se/x", "help@bris.se"])
def test_a_changed_address_is_refused(address: str) -> None:
    source = "Läs mer på https://bris.se eller skriv till hej@bris.se"
    good = "Read more on https://bris.se or write to hej@bris.se"
    assert refused(pair("en", good, source=source)) == set()
    wrong = good.replace("https://bris.se" if "://" in address else "hej@bris.se", address)
    assert Defect.NUMBER in refused(pair("en", wrong, source=source))


def test_an_empty_safety_text_is_refused_where_children_can_choose_the_language() -> None:
    comments = ("SAFETY: needs two reviewers.",)
    assert refused(pair("ar", "", comments=comments, language=offered("ar"))) == {Defect.SAFETY}
    hidden = languages()["ar"].model_copy(update={"offered": False})
    assert refused(pair("ar", "", comments=comments, language=hidden)) == set()


def test_an_approved_language_needs_two_different_reviewers_of_each_safety_text() -> None:
    approved = languages()["ar"].model_copy(update={"status": "approved"})
    safety = {"comments": ("SAFETY: needs two reviewers.",), "language": approved}
    for names in ("", "reviewed-by: Amal", "reviewed-by: Amal, Amal"):
        assert Defect.REVIEW in refused(pair("ar", GOOD["ar"], notes=(names,), **safety))
    assert refused(pair("ar", GOOD["ar"], notes=("reviewed-by: Amal, Yusuf",), **safety)) == set()
    draft = check_pair(pair("ar", GOOD["ar"], comments=("SAFETY: needs two reviewers.",)))
    assert [(finding.defect, finding.severity) for finding in draft] == [(Defect.REVIEW, Severity.WARNING)]


def test_only_two_reviewers_can_accept_what_a_program_suspects() -> None:
    text = NOT_LOST["en"]
    assert Defect.NEGATION in refused(pair("en", text, notes=("accepts: negation", "reviewed-by: Ann")))
    assert refused(pair("en", text, notes=("accepts: negation – an idiom", "reviewed-by: Ann, Bo"))) == set()
    wrong = pair("en", text.replace("15", "16"), notes=("accepts: number-or-address negation", "reviewed-by: Ann, Bo"))
    assert refused(wrong) == {Defect.NUMBER}


# --- glossary


@pytest.mark.parametrize("code", [code for code in ALL if code != "sv"])
def test_every_term_has_an_approved_word_that_is_known_again(code: str) -> None:
    approved = languages()[code].model_copy(update={"status": "approved"})
    for term in glossary().terms:
        word = term.words[code]
        swedish = term.found[0].rstrip("*")
        named = pair(code, word.term, source=swedish, language=approved)
        assert Defect.GLOSSARY not in refused(named), (code, term.sv)
        missed = pair(code, "…", source=swedish, language=approved)
        assert Defect.GLOSSARY in refused(missed), (code, term.sv)


def test_vowel_signs_and_look_alike_letters_do_not_hide_an_approved_word() -> None:
    approved = languages()["ar"].model_copy(update={"status": "approved"})
    assert Defect.GLOSSARY not in refused(pair("ar", "المُترجِم يساعدك", source="Tolken hjälper dig", language=approved))


def test_a_long_sentence_is_refused() -> None:
    source = "Vuxna pratar."
    assert refused(pair("en", " ".join(["adults talk and"] * 7), source=source)) >= {Defect.SENTENCE}
    assert refused(pair("en", "Adults talk.", source=source)) == set()


# --- files


def test_a_number_in_the_source_must_be_a_placeholder() -> None:
    found = list(
        literal_contacts(sentences=[Sentence("x", "Ring 112 nu", places=(("data/x.yml", 1),)), Sentence("y", "Ring {tel_112} nu")])
    )
    assert [(finding.context, finding.defect) for finding in found] == [("x", Defect.CONTACT)]


def test_the_catalogs_in_git_are_safe() -> None:
    assert [str(finding) for finding in check_all().errors] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    update(tmp_path / "locales")
    return tmp_path / "locales"


def test_empty_catalogs_of_languages_nobody_can_choose_are_progress_and_not_errors(folder: Path) -> None:
    report = check_all(folder, only=["fr"])
    assert report.errors == []
    assert {entry.percent for entry in report.progress} == {0}


@pytest.mark.parametrize(
    ("old", "new", "defect"),
    [
        ("nplurals=6", "nplurals=2", Defect.HEADER),
        ("Language: ar", "Language: sv", Defect.HEADER),
        ("charset=utf-8", "charset=latin-1", Defect.HEADER),
        ('msgctxt "message.menu"', 'oops "message.menu"', Defect.FILE),
    ],
)
def test_a_broken_file_is_refused(folder: Path, old: str, new: str, defect: Defect) -> None:
    path = folder / "ar" / "LC_MESSAGES" / "content.po"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert defect in {finding.defect for finding in check_all(folder, only=["ar"]).errors}


def test_a_finding_names_file_line_defect_and_how_to_mend_it(folder: Path) -> None:
    path = folder / "fr" / "LC_MESSAGES" / "content.po"
    text = path.read_text(encoding="utf-8")
    before = 'msgid "Vad undrar du? Välj eller skriv själv."\nmsgstr ""'
    assert before in text
    path.write_text(text.replace(before, before[:-1] + 'Que veux-tu savoir ? <b>Choisis</b> ou écris."'), encoding="utf-8")
    (finding,) = check_all(folder, only=["fr"]).errors
    line = next(number for number, row in enumerate(text.splitlines(), 1) if row.startswith('msgid "Vad undrar du? Välj'))
    assert finding.line == line
    assert str(finding).startswith(f"{path}:{line}: error: markup [message.menu]: a tag or an HTML entity – write plain text")
