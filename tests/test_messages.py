"""Languages: catalogues that are whole, texts that are put into words, pages in a language nobody has thought of."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from pydantic import BaseModel

import messages as catalogues
from resource_directory import vocabulary as vocabularies
from resource_directory.catalogues import (
    DOMAINS,
    CatalogueError,
    catalogue_file,
    load_languages,
    prefix_of,
    read_catalogue,
)
from resource_directory.directory import Settings
from resource_directory.loading import Sources, load_directory
from resource_directory.messages import Messages, MissingMessage
from resource_directory.model import Phone
from resource_directory.pages.languages import Translated, localized, script_of
from resource_directory.translating import MAY_DIFFER, READ, in_language, translated_vocabulary
from resource_directory.words import (
    ages_words,
    day_words,
    hours_words,
    languages_words,
    list_words,
    miles_words,
    phone_words,
)
from support import DAY, ROOT, good_records, make_repository, run_build


@pytest.fixture(scope="module")
def spanish() -> Messages:
    """The catalogue of Spanish."""
    return load_languages(ROOT, frozenset({"co", "ar"}), strict=True)[0]


def test_catalogues_of_the_repository_are_whole() -> None:
    assert [problem.as_text() for problem in catalogues.problems_of(ROOT)] == []


def test_updating_catalogues_that_are_whole_changes_nothing(tmp_path: Path) -> None:
    for domain in DOMAINS:
        file = catalogue_file(ROOT, "es", domain)
        template, optional = catalogues.template_of(ROOT, domain), catalogues.optional_keys(ROOT, domain)
        assert catalogues.updated("es", read_catalogue(file), template, optional) == file.read_bytes(), domain


WANTED = Message("%(num)s entry for <b>%(place)s</b>", locations=[])
COUNTED = Message(("%(num)s mile", "%(num)s miles"))


@pytest.mark.parametrize(
    ("message", "wanted", "told"),
    [
        (Message(WANTED.id, "%(num)s ficha de <b>%(place)s</b>"), WANTED, []),
        (Message(WANTED.id, ""), WANTED, ["it is not translated"]),
        (Message(WANTED.id, "%(num)s de <b>%(place)s</b>", flags=["fuzzy"]), WANTED, ["it is marked as in doubt"]),
        (Message(WANTED.id, "%(num)s <b>aquí</b>"), WANTED, ["its values are not those of the English"]),
        (Message(WANTED.id, "%(num)s de %(place)s"), WANTED, ["its marks are not those of the English"]),
        (Message(COUNTED.id, ("una milla", "%(num)s millas")), COUNTED, []),
        (Message(COUNTED.id, ("%(num)s milla", "")), COUNTED, ["it is not translated"]),
        (Message(COUNTED.id, ("%(num)s milla",)), COUNTED, ["it needs 2 forms"]),
    ],
)
def test_what_is_wrong_with_a_translation(message: Message, wanted: Message, told: list[str]) -> None:
    assert [text for text, mend in catalogues._wrong(message, wanted, 2) if mend] == told


def repository_with(folder: Path, change: Callable[[str], str]) -> Path:
    """A repository whose Spanish catalogue is its own, and changed."""
    made = make_repository(folder, good_records())
    (made / "data/locale").unlink()
    shutil.copytree(ROOT / "data/locale", made / "data/locale")
    file = catalogue_file(made, "es", "messages")
    text = file.read_text(encoding="utf-8")
    assert change(text) != text
    file.write_text(change(text), encoding="utf-8")
    return made


def without_a_text(text: str) -> str:
    return text.replace('msgstr "A quién llamar primero"', 'msgstr ""')


def test_a_message_without_a_translation_is_found_at_its_line(tmp_path: Path) -> None:
    folder = repository_with(tmp_path, without_a_text)
    text = catalogue_file(folder, "es", "messages").read_text(encoding="utf-8")
    line = text[: text.index('msgid "Whom to call first"')].count("\n") + 1
    found = read_catalogue(catalogue_file(folder, "es", "messages"))
    wanted = {"Whom to call first": Message("Whom to call first")}
    told = [
        p
        for p in catalogues._of_catalogue(folder, "es", "messages", wanted, frozenset())
        if "'Whom to call first'" in p.message
    ]
    assert found.get("Whom to call first") is not None
    assert [(problem.code, "not translated" in problem.message) for problem in told] == [("E704", True)]
    assert abs(told[0].line - line) <= 2


def test_a_strict_build_stops_at_a_missing_message_and_leaves_the_site(tmp_path: Path) -> None:
    folder = repository_with(tmp_path, without_a_text)
    built = run_build(folder)
    assert built.status != 0
    assert "nothing is said for 'Whom to call first'" in built.output
    assert "scripts/messages.py update" in built.output
    assert not built.site.exists()


def test_a_broken_catalogue_names_itself(tmp_path: Path) -> None:
    folder = repository_with(tmp_path, lambda text: text + '\nmsgid "no end\n')
    with pytest.raises(CatalogueError, match=r"messages\.po"):
        load_languages(folder, frozenset())


def test_outside_strict_builds_english_is_said_once_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    french = Messages("fr", "fr/")
    assert [french.gettext("Hot lines"), french.gettext("Hot lines")] == ["Hot lines", "Hot lines"]
    assert [record.message for record in caplog.records if "'Hot lines'" in record.message] == [
        caplog.records[0].message
    ]
    with pytest.raises(MissingMessage, match="data/locale/fr"):
        replace(french, strict=True).ngettext("%(num)s mile", "%(num)s miles", 2)


@pytest.mark.parametrize(
    ("language", "prefix"), [("es", "es/"), ("ar", "lang-ar/"), ("zh-Hans", "zh-hans/"), ("co", "lang-co/")]
)
def test_no_language_takes_the_address_of_a_state(language: str, prefix: str) -> None:
    assert prefix_of(language, frozenset({"ar", "co"})) == prefix


def test_words_in_spanish(spanish: Messages) -> None:
    text = Phone.model_validate({"number": "741741", "type": "text", "keyword": "HOME"})
    assert day_words(date(2026, 3, 12), spanish) == "12 de marzo de 2026"
    assert list_words(["a", "b", "c"], messages=spanish) == "a, b y c"
    assert list_words(["a", "b"], "or", spanish) == "a o b"
    assert languages_words(["en", "es"], spanish) == "inglés y español"
    assert [miles_words(n, spanish) for n in (0.2, 1, 1204)] == ["menos de una milla", "1 milla", "1,204 millas"]
    assert hours_words("Mo-Fr 09:00-12:00; PH off", spanish).startswith("de lunes a viernes, de 9:00")
    assert ages_words(16, None, spanish) == "16 años o más"
    assert phone_words(text, spanish) == "Envíe HOME por mensaje de texto al 741741"


def models() -> Iterator[type[BaseModel]]:
    """Every model of the vocabularies."""
    for entry in vars(vocabularies).values():
        if isinstance(entry, type) and issubclass(entry, BaseModel) and entry.__module__ == vocabularies.__name__:
            yield entry


#: Texts of vocabularies that are the same in every language: codes, addresses, names, words to compare with or to type.
SAME = frozenset({
    "accepts", "also", "ask", "beyond", "code", "colour", "colour_dark", "counties", "en", "es", "field", "fixed", "leads",
    "guides", "hide", "icon", "instead", "keep", "listed", "name", "phrase", "programs", "publisher", "rules", "say",
    "says_about", "shared_hosts", "slug", "title", "typed", "types", "url", "whole", "why", "words",
    "written",
})  # fmt: skip


def test_every_text_of_the_vocabularies_is_translated_or_the_same() -> None:
    left = [
        f"{model.__name__}.{name}"
        for model in models()
        for name, part in model.model_fields.items()
        if re.search(r"\bstr\b", str(part.annotation))
        and name not in {*READ.get(model, ()), *MAY_DIFFER.get(model, ()), *SAME}
    ]
    assert left == []


def test_codes_and_addresses_stay(sources: Sources, spanish: Messages) -> None:
    told = translated_vocabulary(sources.vocabulary, spanish)
    assert list(told.types) == list(sources.vocabulary.types)
    for code, kind in told.types.items():
        english = sources.vocabulary.types[code]
        assert (kind.slug, kind.icon, kind.colour, kind.finder.url) == (
            english.slug, english.icon, english.colour, english.finder.url,
        )  # fmt: skip
    assert told.needs["safe_place"].label == "Un lugar seguro esta noche"
    assert told.needs["safe_place"].synonyms == sources.vocabulary.needs["safe_place"].synonyms


def test_a_directory_in_another_language_shares_its_indexes(tmp_path: Path, spanish: Messages) -> None:
    directory = load_directory(make_repository(tmp_path, good_records()), Settings("x", names={"es": "equis"}), DAY)
    twin = in_language(directory, spanish)
    assert twin.serving_county is directory.serving_county
    assert twin.in_order is directory.in_order
    assert twin.settings.name == "equis"
    assert twin.places.counties["08031"].full_name == "Condado de Denver"
    assert twin.places.states["NM"].name == "Nuevo México"
    assert directory.places.counties["08031"].full_name == "Denver County"


TRANSLATED = Translated(frozenset({"co"}), frozenset({"safety/"}))


@pytest.mark.parametrize(
    ("link", "led"),
    [
        ('href="\0co/denver/"', 'href="\0es/co/denver/"'),
        ('href="\0"', 'href="\0es/"'),
        ('href="\0co/denver/#youth"', 'href="\0es/co/denver/#youth"'),
        ('href="\0safety/"', 'href="\0es/safety/"'),
        ("href=\0co/denver/#youth", "href=\0es/co/denver/#youth"),
        ("href=\0", "href=\0es/"),
        ('href="\0resources/x/"', 'hreflang=en href="\0resources/x/"'),
        ("href=\0nm/", "hreflang=en href=\0nm/"),
        ('href="\0assets/a.css"', 'href="\0assets/a.css"'),
        ('href="\0gaps/co.csv"', 'href="\0gaps/co.csv"'),
        ('data-base="\0"', 'data-base="\0"'),
        ('href="tel:911"', 'href="tel:911"'),
    ],
)
def test_links_lead_to_pages_of_the_language(link: str, led: str) -> None:
    assert localized(f"<a {link}>", Messages("es", "es/"), TRANSLATED) == (f"<a {led}>", "hreflang" in led)


def test_scripts_know_the_same_addresses() -> None:
    addresses = [
        "",
        "co/",
        "co/denver/",
        "safety/",
        "safety/#a",
        "map/",
        "needs/tonight/co/",
        "resources/x/",
        "nm/",
        "sources/",
    ]
    pattern = re.compile(TRANSLATED.pattern)
    assert [bool(pattern.search(a)) for a in addresses] == [TRANSLATED(a.partition("#")[0]) for a in addresses]


def test_the_catalogue_of_scripts_holds_what_they_say(tmp_path: Path, spanish: Messages) -> None:
    directory = load_directory(make_repository(tmp_path, good_records()), Settings("x"), DAY)
    text = script_of(spanish, directory, TRANSLATED)
    assert '"Nothing found. Try fewer words, a ZIP code, or a county.":["No se encontró nada.' in text
    assert '"A safe place tonight":["Un lugar seguro esta noche"]' in text
    assert '"New Mexico":["Nuevo México"]' in text
    assert "It moves from place to place. Ring" not in text, "pages say it, scripts do not"
    assert "(n) => Number((n != 1))" in text


# A language that nobody has thought of: Arabic, of English words in brackets.


def bracketed(root: Path, language: str) -> None:
    """Catalogues of a language in which every text is the English one in brackets, with a form for each number."""
    for file in catalogues.update(root, [language]):
        domain = file.stem
        catalogue = read_catalogue(file)
        for message in catalogue:
            if isinstance(message.id, str):
                message.string = f"⟦{message.id}⟧" if message.id else message.string
            else:
                message.string = tuple(f"⟦{message.id[1]}⟧" for _ in range(catalogue.num_plurals))
        template, optional = catalogues.template_of(root, domain), catalogues.optional_keys(root, domain)
        file.write_bytes(catalogues.updated(language, catalogue, template, optional))


def test_a_third_language_comes_by_adding_a_catalogue(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, good_records())
    (folder / "data/locale").unlink()
    shutil.copytree(ROOT / "data/locale", folder / "data/locale")
    bracketed(folder, "ar")
    assert [p.as_text() for p in catalogues.problems_of(folder)] == []
    built = run_build(folder)
    assert built.status == 0, built.output
    page = (built.site / "lang-ar/co/denver/index.html").read_text(encoding="utf-8")
    assert "<html lang=ar" in page
    assert "<body dir=rtl" in page
    assert "⟦Denver County⟧, Colorado" in page
    assert ">⟦Hot lines⟧<" in page
    assert "messages/ar.js>" in page
    assert page.count("rel=alternate") == 3
    assert re.findall(r'class=rd-language href="?([^"\s>]*)"? lang=(\w+)', page) == [
        ("../../../co/denver/", "en"), ("../../../es/co/denver/", "es"),
    ]  # fmt: skip
    english = (built.site / "co/denver/index.html").read_text(encoding="utf-8")
    assert "lang=ar hreflang=ar dir=rtl>العربية</a>" in english
    assert "⟦" not in english
    # Arkansas is still where it was.
    assert not (built.site / "ar").exists()
    names = {
        prefix: {file.relative_to(built.site / prefix).as_posix() for file in (built.site / prefix).rglob("*.html")}
        for prefix in ("es", "lang-ar")
    }
    assert names["lang-ar"] == names["es"] - {"safety/index.html"}
