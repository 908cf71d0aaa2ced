"""Paper in languages that the site does not speak: whole catalogues, the gate for drafts, letters, right to left."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import messages as catalogues
import sheets as command
from resource_directory.catalogues import catalogue_file, languages_of, read_catalogue
from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.messages import END, FOREIGN, Messages, MissingMessage, bare
from resource_directory.model import Phone
from resource_directory.paper_catalogues import DOMAIN, load_papers, paper_languages_of, signature_of
from resource_directory.secrecy import neutral_pattern
from resource_directory.sheets.content import Content, Line, Number
from resource_directory.sheets.fitting import BESIDE, NOTO, Letters, families_of, font_files
from resource_directory.sheets.kinds import DISCREET, KINDS, Paper
from resource_directory.sheets.making import Job, Works, file_name
from resource_directory.sheets.setting import CannotSet
from resource_directory.vocabulary import Vocabulary
from resource_directory.words import ages_words, day_words, hours_words, miles_words, phone_words
from support import DAY, EPOCH, ROOT, make_repository
from test_sheets import BOX, elements, flat, numbers_in, odd_records, text_of

SITE = "https://directory.example.org/"
LANGUAGES = ("ar", "ko", "tl", "vi", "zh-Hans")
MESA, SAN_MIGUEL, REGION = "08077", "08113", "co-990"
#: These languages have letters of their own; the others share those of English.
OTHER_SCRIPTS = ("ar", "ko", "zh-Hans")
DRAFT = "Machine-drafted, not yet reviewed"
PAPERS = {messages.language: messages for messages in load_papers(ROOT, DAY, drafts=True)}


def works_of(directory: Directory, papers: tuple[Messages, ...] = tuple(PAPERS.values())) -> Works:
    return Works(directory, ROOT / "overrides/sheets", ROOT / "node_modules", SITE, papers=papers)


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    folder = make_repository(tmp_path_factory.mktemp("paper"), odd_records())
    return load_directory(folder, Settings("Test"), DAY, (), strict=True)


@pytest.fixture(scope="module")
def works(fictional: Directory) -> Works:
    return works_of(fictional)


@pytest.fixture(scope="module")
def real_works(real_directory: Directory) -> Works:
    return works_of(real_directory)


def paper_of(works: Works, code: str, kind: str, language: str) -> Paper:
    return works.press(language).paper(kind, works.sheet(Job(code, language)))


def seen(pdf: bytes) -> str:
    """What the eye sees, row by row from the left, without the marks that pdftotext puts around Arabic."""
    return re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text_of(pdf, "-layout"))


def spaceless(text: str) -> str:
    return re.sub(r"\s+", "", text)


# Catalogues


def test_the_languages_of_paper_are_not_languages_of_the_site() -> None:
    assert paper_languages_of(ROOT) == LANGUAGES
    assert not set(LANGUAGES).intersection(languages_of(ROOT))
    names = {language: messages.name for language, messages in PAPERS.items()}
    assert names == {
        "ar": "العربية", "ko": "한국어", "tl": "Tagalog", "vi": "Tiếng Việt", "zh-Hans": "中文 (简体)"
    }  # fmt: skip
    assert str(PAPERS["tl"].locale) == "fil_PH"
    assert {language for language, messages in PAPERS.items() if messages.direction == "rtl"} == {"ar"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_updating_a_whole_catalogue_changes_nothing(language: str) -> None:
    file = catalogue_file(ROOT, language, DOMAIN)
    template, optional = catalogues.template_of(ROOT, DOMAIN), catalogues.optional_keys(ROOT, DOMAIN)
    made = catalogues.updated(language, read_catalogue(file), template, optional)
    assert catalogues.signed(made, signature_of(file.read_text(encoding="utf-8"))) == file.read_bytes()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """What makes catalogues of paper: this repository's files, with a catalogue of Korean that may be changed."""
    for name in ("hooks", "overrides", "mkdocs.yml", "data/vocab", "data/places", "data/locale/es"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    file = catalogue_file(tmp_path, "ko", DOMAIN)
    file.parent.mkdir(parents=True)
    file.write_bytes(catalogue_file(ROOT, "ko", DOMAIN).read_bytes())
    return tmp_path


def change(repository: Path, pattern: str, instead: str) -> None:
    file = catalogue_file(repository, "ko", DOMAIN)
    text = file.read_text(encoding="utf-8")
    assert len(re.findall(pattern, text)) == 1
    file.write_text(re.sub(pattern, lambda found: instead, text), encoding="utf-8")


@pytest.mark.parametrize(
    ("pattern", "instead", "told"),
    [
        (r'msgid "Hot lines"\nmsgstr ".*"\n\n', "", "Nothing is said for 'Hot lines'."),
        (r'msgid "Hot lines"\nmsgstr ".*"', 'msgid "Hot lines"\nmsgstr ""', "'Hot lines': it is not translated."),
        (
            r'msgid "about %\(distance\)s"\nmsgstr ".*"',
            'msgid "about %(distance)s"\nmsgstr "약"',
            "'about %(distance)s': its values are not those of the English.",
        ),
        (r'msgid "Hot lines"', 'msgid "Cold lines"', "Nothing asks for 'Cold lines'."),
    ],
    ids=["missing", "empty", "without its value", "left over"],
)
def test_a_catalogue_that_is_not_whole_is_told(repository: Path, pattern: str, instead: str, told: str) -> None:
    assert [p for p in catalogues.problems_of(repository, DAY) if p.path.endswith("paper.po")] == []
    change(repository, pattern, instead)
    problems = [p for p in catalogues.problems_of(repository, DAY) if p.path.endswith("paper.po")]
    assert told in [problem.message for problem in problems]


def sign(repository: Path, by: str, on: str) -> None:
    change(repository, r'"X-Reviewed-By: .*"', f'"X-Reviewed-By: {by}\\n"')
    change(repository, r'"X-Reviewed-On: .*"', f'"X-Reviewed-On: {on}\\n"')


@pytest.mark.parametrize(
    ("by", "on", "line", "told"),
    [
        ("", "", "", ""),
        ("A. Reviewer", "2026-11-20", "", ""),
        ("A. Reviewer", DAY.isoformat(), "", ""),
        ("A. Reviewer", "", "X-Reviewed-On", "A. Reviewer has signed, and X-Reviewed-On is empty."),
        ("", "2026-11-20", "X-Reviewed-By", "There is a day of a review, and X-Reviewed-By is empty."),
        ("A. Reviewer", "soon", "X-Reviewed-On", "X-Reviewed-On: 'soon' is not a day."),
        ("A. Reviewer", "2026-02-30", "X-Reviewed-On", "X-Reviewed-On: '2026-02-30' is not a day."),
        ("A. Reviewer", "2099-01-01", "X-Reviewed-On", "X-Reviewed-On: 2099-01-01 has not come yet."),
    ],
    ids=["empty", "signed", "today", "no day", "no name", "no day at all", "no such day", "to come"],
)
def test_a_signature_is_whole_or_empty(repository: Path, by: str, on: str, line: str, told: str) -> None:
    sign(repository, by, on)
    (draft,) = (messages.draft for messages in load_papers(repository, DAY, drafts=True))
    assert draft is (not by or bool(told))
    assert len(load_papers(repository, DAY)) == (0 if draft else 1)
    text = catalogue_file(repository, "ko", DOMAIN).read_text(encoding="utf-8")
    problems = list(signature_of(text).problems("paper.po", DAY))
    assert [problem.message for problem in problems] == ([told] if told else [])
    for problem in problems:
        assert text.splitlines()[problem.line - 1].startswith(f'"{line}:') and problem.fix


def test_a_signature_that_is_begun_is_a_problem_of_its_catalogue(repository: Path) -> None:
    sign(repository, "A. Reviewer", "")
    (problem,) = catalogues.problems_of(repository, DAY)
    assert (problem.code, problem.path) == ("E705", "data/locale/ko/LC_MESSAGES/paper.po")


def test_a_new_text_takes_the_signature_away(repository: Path) -> None:
    sign(repository, "A. Reviewer", "2026-11-20")
    list(catalogues.update(repository, (), ["ko"]))
    assert not load_papers(repository, DAY)[0].draft
    change(repository, r'msgid "Hot lines"\nmsgstr ".*"\n\n', "")
    list(catalogues.update(repository, (), ["ko"]))
    signature = signature_of(catalogue_file(repository, "ko", DOMAIN).read_text(encoding="utf-8"))
    assert (signature.by, signature.on) == ("", "")


def test_no_catalogue_is_signed_by_a_machine() -> None:
    """Whoever signs one takes its language out here, and looks at the size of what is published."""
    assert [m.language for m in load_papers(ROOT, date(2099, 1, 1), drafts=True) if not m.draft] == []


def test_a_text_that_is_not_there_is_an_error(works: Works) -> None:
    texts = {key: forms for key, forms in PAPERS["ko"].texts.items() if key != "Hot lines"}
    lacking = works_of(works.directory, (replace(PAPERS["ko"], texts=texts),))
    with pytest.raises(MissingMessage, match=r"data/locale/ko/.* 'Hot line"):
        paper_of(lacking, MESA, "sheet", "ko")


# The gate


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    folder = make_repository(tmp_path / "repository", odd_records())
    if not (folder / "fonts").exists():
        (folder / "fonts").symlink_to(ROOT / "fonts")

    def start(*options: str) -> subprocess.CompletedProcess[str]:
        import os
        import sys

        place = ("--county", MESA, "--site", SITE, "--out", str(tmp_path / "out"))
        call = [sys.executable, str(ROOT / "scripts/sheets.py"), *place, *options]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
        return subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return start


def test_a_draft_is_refused_from_the_terminal(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    done = run("--lang", "en,ar")
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    assert "Paper in 'ar' is machine-drafted and not yet reviewed" in flat(done.stderr)
    assert "add --drafts" in flat(done.stderr)


def test_drafts_are_made_where_they_are_asked_for(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    done = run("--lang", "ar,ko,tl,vi,ZH-hans", "--drafts", "--kind", "sheet,card")
    assert done.returncode == 0, done.stderr
    made = {file.name for file in (tmp_path / "out").iterdir()}
    assert made == {f"{MESA}-{kind}-{language}.pdf" for kind in ("sheet", "card") for language in LANGUAGES}


@pytest.mark.parametrize(("given", "tag"), [("ZH-HANS", "zh-Hans"), ("AR", "ar"), ("en", "en")])
def test_tags_are_read_in_any_case(given: str, tag: str) -> None:
    assert command._tags(given) == [tag]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_says_that_it_is_one(works: Works, kind: str, language: str) -> None:
    """In English and in its own language, on each kind; and no longer once somebody has signed."""
    own = PAPERS[language].gettext(DRAFT)
    data = flat(text_of(paper_of(works, MESA, kind, language).pdf))
    assert DRAFT in data and own != DRAFT
    if language != "ar":
        assert spaceless(own) in spaceless(text_of(paper_of(works, MESA, kind, language).pdf, "-raw"))
    signed = works_of(works.directory, (replace(PAPERS[language], draft=False),))
    assert DRAFT not in flat(text_of(paper_of(signed, MESA, kind, language).pdf))


def test_only_drafts_say_so(works: Works) -> None:
    for language in ("en", "es"):
        assert works.press(language)._draft == ""


# What it says


def lines_of(works: Works, code: str, language: str) -> Iterator[str]:
    """Every text of a sheet without what stands in it of records."""
    sheet = works.sheet(Job(code, language))
    parts = [sheet.name, sheet.state]
    for section in (*sheet.answers, *sheet.needs):
        parts += [section.heading, *section.texts, *section.rules]
    for line in sheet.lines:
        parts += [line.name, line.note, line.facts, line.hours, line.status, line.group]
        parts += [] if line.who_language else [line.who]
        parts += [text for number in line.numbers for text in (number.before, number.after)]
    for part in parts:
        yield re.sub(f"{FOREIGN}[^{END}]*{END}", "", part)


#: English that is ours and stands in other languages: names of programs and offices that one must say on the telephone.
_KEPT = re.compile(
    r"\b(?:CoC|HUD|VOCA|LGBTQ|TTY|Category 4|Basic Center|Transitional Living|Maternity Group Home|Street Outreach|"
    r"National Runaway Safeline|coordinated entry|parish|borough|municipio|foster care|START|HOME|HELP|[A-Z]{2}-\d{3})\b",
    re.ASCII,
)


@pytest.mark.parametrize("language", OTHER_SCRIPTS)
def test_nothing_of_ours_is_left_in_english(works: Works, language: str) -> None:
    """In scripts other than ours each Latin word is a record's, and marked, or one of a few that must be said."""
    for code in (MESA, SAN_MIGUEL, REGION, "08111", "08079"):
        for text in lines_of(works, code, language):
            keywords = {p.keyword for r in works.directory.records.values() for p in r.phones or () if p.keyword}
            rest = _KEPT.sub("", text)
            for word in re.findall(r"[A-Za-z]{2,}", rest):
                assert word in keywords, (language, text)


@pytest.mark.parametrize("language", OTHER_SCRIPTS)
def test_whom_to_ask_is_said_in_the_language_where_a_need_has_nobody(real_works: Works, language: str) -> None:
    """Guam has no legal aid office and no health center that we know of."""
    needs = {need.code: need for need in real_works.sheet(Job("66010", language)).needs}
    for code in ("legal", "health"):
        said = [re.sub(f"{FOREIGN}[^{END}]*{END}", "", text) for text in needs[code].texts]
        assert said and not [text for text in said if re.search(r"[A-Za-z]{2,}", text)], code


@pytest.mark.parametrize("language", ("tl", "vi"))
def test_no_message_is_left_in_english(works: Works, language: str) -> None:
    texts = PAPERS[language].texts
    # "Continuum of Care" is what one must ask for, in any language.
    english = {key for key, forms in texts.items() if not any(key in form for form in forms)}
    english = {key for key in english if len(key.split()) > 1 and "%" not in key}
    assert len(english) > 120
    for code in (MESA, SAN_MIGUEL, REGION, "08111"):
        for text in lines_of(works, code, language):
            assert not [message for message in english if message in text], text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_records_say_is_marked(works: Works, language: str) -> None:
    for line in works.sheet(Job(MESA, language)).lines:
        record = works.directory.records[line.id]
        assert line.name.startswith(FOREIGN) and line.name.endswith(END) and END not in line.name[:-1]
        assert bare(line.name) in {record.name, getattr(getattr(record, "lead_agency", None), "name", "")}
        for number in line.numbers:
            assert FOREIGN not in number.number, "numbers stand in boxes of their own"


def test_english_and_spanish_have_no_marks(works: Works) -> None:
    for language in ("en", "es"):
        said = repr(works.sheet(Job(MESA, language)))
        assert FOREIGN not in said and END not in said and "\\u2066" not in said


@pytest.mark.parametrize(
    ("language", "day", "hours", "near", "ages"),
    [
        ("ar", "21 نوفمبر 2026", "الاثنين إلى الجمعة, 9:00 ص إلى 5:30 م", "3 أميال", "العمر من 16 إلى 21 سنة"),
        ("ko", "2026년 11월 21일", "월요일~금요일, AM 9:00~PM 5:30", "3마일", "16~21세"),
        (
            "tl",
            "Nobyembre 21, 2026",
            "Lunes hanggang Biyernes, 9:00 AM hanggang 5:30 PM",
            "3 milya",
            "Edad 16 hanggang 21",
        ),
        ("vi", "21 tháng 11, 2026", "Thứ Hai đến Thứ Sáu, 09:00 đến 17:30", "3 dặm", "Từ 16 đến 21 tuổi"),
        ("zh-Hans", "2026年11月21日", "星期一至星期五, 09:00至17:30", "3 英里", "16 至 21 岁"),
    ],
    ids=LANGUAGES,
)
def test_days_hours_miles_and_ages(language: str, day: str, hours: str, near: str, ages: str) -> None:
    messages = PAPERS[language]
    assert day_words(date(2026, 11, 21), messages) == day
    assert flat(hours_words("Mo-Fr 09:00-17:30", messages)) == hours
    assert miles_words(3.2, messages) == near
    assert ages_words(16, 21, messages) == ages


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_are_those_on_the_keys(works: Works, language: str) -> None:
    """0 to 9 and no others: Arabic and Persian have digits of their own, Chinese wide ones."""
    for kind in KINDS:
        text = text_of(paper_of(works, MESA, kind, language).pdf)
        digits = re.findall(r"\d", text)
        assert digits and set(digits) <= set("0123456789")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_taken_apart_around_its_digits(works: Works, language: str) -> None:
    content: Content = works.press(language).content
    text = Phone.model_validate({"number": "741741", "type": "text", "keyword": "HOME"})
    said = content.number(text)
    assert said.number == "741741" and "HOME" in said.before and said.after == ""
    office = content.number(Phone.model_validate({"number": "303-555-0170", "extension": "12"}))
    assert (office.number, office.before) == ("303-555-0170", "") and re.fullmatch(r"\w.*12", office.after)
    assert "303-555-0170" in phone_words(Phone.model_validate({"number": "303-555-0170"}), PAPERS[language])


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("ar", "مقاطعة Mesa، كولورادو"),
        ("ko", "콜로라도주 Mesa 카운티"),
        ("tl", "Mesa County, Colorado"),
        ("vi", "Quận Mesa, Colorado"),
        ("zh-Hans", "科罗拉多州 Mesa 县"),
    ],
    ids=LANGUAGES,
)
def test_a_place_is_named_as_the_language_names_places(works: Works, language: str, name: str) -> None:
    assert bare(works.sheet(Job(MESA, language)).place) == name


def test_a_state_that_is_a_county_is_named_once(real_works: Works) -> None:
    names = {language: bare(real_works.sheet(Job("66010", language)).place) for language in LANGUAGES}
    assert names == {"ar": "غوام", "ko": "괌", "tl": "Guam", "vi": "Guam", "zh-Hans": "关岛"}


# What it is made of


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_language_sets_every_kind(works: Works, kind: str, language: str) -> None:
    """Two pages, tagged, every letter there; a program's words and its own language are told apart."""
    for code in (MESA, SAN_MIGUEL, REGION, "08111"):
        paper = paper_of(works, code, kind, language)
        with pikepdf.open(io.BytesIO(paper.pdf)) as document:
            assert len(document.pages) == {"poster": 1, "handout": 4}.get(kind, 2) or kind == "large"
            root = str(document.Root.Lang).split("-")[0]
            assert root == language.split("-")[0]
            tagged = {str(element.Lang) for element in elements(document) if "/Lang" in element}
            title = str(document.docinfo["/Title"])
            alts = [str(element.Alt) for element in elements(document) if "/Alt" in element]
        assert root == "en" or "en" in tagged
        assert title == bare(title) and alts == [bare(alt) for alt in alts]
        rows = subprocess.run(["pdffonts", "-"], input=paper.pdf, capture_output=True, check=True).stdout.decode()
        families = {family.name.replace(" ", "") for family in families_of(language)} | {"NotoSansHans"}
        for row in rows.splitlines()[2:]:
            name, *_ = row.split()
            assert re.findall(r"\b(yes|no)\b", row)[:3] == ["yes", "yes", "yes"], row
            assert any(name.split("+")[1].startswith(family) for family in families), row


@pytest.mark.parametrize("language", ("ar", "ko", "zh-Hans"))
def test_a_letter_that_no_family_has_is_an_error(works: Works, language: str) -> None:
    sheet = works.sheet(Job(MESA, language))
    line = replace(sheet.hotlines[0], name="ไทย")
    with pytest.raises(CannotSet, match=r"the font has no '.' \(U\+0E"):
        works.press(language).paper("sheet", replace(sheet, hotlines=(line,)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_data_and_day_give_the_same_bytes(works: Works, language: str) -> None:
    first, again = (paper_of(w, MESA, "sheet", language) for w in (works, works_of(works.directory)))
    assert (first.id, first.pdf) == (again.id, again.pdf)


def test_letters_are_packages_of_their_own() -> None:
    """Pinned, installed as pinned, and their lock names no address: a plain site needs none of them."""
    wanted = json.loads((ROOT / "fonts/package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = (ROOT / "fonts/package-lock.json").read_text(encoding="utf-8")
    pinned = json.loads(lock)["packages"]
    assert "resolved" not in lock and "http" not in lock
    assert {name: pinned[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    main = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert not set(wanted).intersection({**main["dependencies"], **main["devDependencies"]})
    for family in BESIDE.values():
        assert "/".join(family.plain.split("/")[:2]) in wanted
        assert all(file.stat().st_size > 10_000 for file in font_files(ROOT / "node_modules", family))
    with pytest.raises(FileNotFoundError, match="make fonts"):
        font_files(ROOT / "docs/none", BESIDE["ar"])


# What fits


@pytest.fixture(scope="module")
def letters() -> Letters:
    return Letters(*(font_files(ROOT / "node_modules", family) for family in (NOTO, BESIDE["zh-Hans"])))


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("中" * 10, 100, 1),
        ("中" * 11, 100, 2),
        ("中" * 21, 100, 3),
        # A point never begins a row: the letter before it comes along.
        ("中" * 10 + "。" + "中" * 9, 100, 3),
        # A name is not broken within.
        ("中" * 8 + "Example", 100, 2),
        (f"{FOREIGN}中{END}" * 10, 100, 1),
    ],
    ids=["full", "one more", "two more", "point", "name", "marks have no width"],
)
def test_rows_of_a_script_without_spaces(letters: Letters, text: str, width: float, rows: int) -> None:
    assert letters.rows(text, width, 10) == rows


@pytest.mark.parametrize("code", ["06037", "08031", "48301", "72127", "co-503", "66010", "08111"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_set_beyond_the_edge_of_the_page(real_works: Works, code: str, language: str) -> None:
    """Nor over the foot, which has a row more on a draft."""
    style = real_works.press(language).fitting.style
    paper = paper_of(real_works, code, "sheet", language)
    with pikepdf.open(io.BytesIO(paper.pdf)) as document:
        assert len(document.pages) == 2
    foot = style.page_height - style.margin - style.footer
    for page in text_of(paper.pdf, "-bbox-layout").split("<page ")[1:]:
        boxes = [tuple(map(float, found)) for found in BOX.findall(page)]
        assert boxes
        for left, top, right, bottom in boxes:
            assert left >= style.margin - 4 and right <= style.page_width - style.margin + 4
            # Boxes of Chinese and Arabic are higher than their letters.
            assert bottom <= foot + 6 or top >= foot - 2
            assert bottom <= style.page_height - 8


@pytest.mark.parametrize("kind", ["card", "eight", "numbers"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_set_beyond_its_panel(real_works: Works, kind: str, language: str) -> None:
    style = real_works.press(language).cards.style
    top = (792 - 4 * style.height) / 2
    for code in ("06037", "08031", "48301", "72127", "tx-607"):
        paper = paper_of(real_works, code, kind, language)
        for page in text_of(paper.pdf, "-bbox-layout").split("<page ")[1:]:
            for _, upper, _, lower in (map(float, found) for found in BOX.findall(page)):
                if upper < top:
                    continue  # How to cut and fold.
                within = (upper - top) % style.height
                assert within >= style.inset_y - 6, (code, upper)
                assert within + lower - upper <= style.height - style.inset_y + 6, (code, lower)


# Right to left


WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>')


def words_of(pdf: bytes, page: int = 1) -> list[tuple[float, float, str]]:
    """(left, top, word) of a page."""
    text = text_of(pdf, "-bbox", "-f", str(page), "-l", str(page))
    return [(float(left), float(top), word) for left, top, _, _, word in WORD.findall(text)]


def hostile(works: Works, **more: Any) -> Paper:
    """Paper in Arabic of which the first hot line has a number with all that can stand around one."""
    sheet = works.sheet(Job(MESA, "ar"))
    content = works.press("ar").content
    numbers = (
        content.number(Phone.model_validate({"number": "303-555-0170", "extension": "12"})),
        content.number(Phone.model_validate({"number": "741741", "type": "text", "keyword": "HOME"})),
        content.number(Phone.model_validate({"number": "303-555-0171", "type": "tty"})),
    )
    need = sheet.needs[0]
    line = replace(need.lines[0], name=f"{FOREIGN}Example (House) No. 2, Inc.{END}", numbers=numbers, **more)
    first = replace(need, lines=(line, *need.lines[1:]))
    return works.press("ar").paper("sheet", replace(sheet, needs=(first, *sheet.needs[1:])))


def test_numbers_are_not_turned_round(works: Works) -> None:
    text = seen(hostile(works, hours="أوقات الرد: من 9:00 ص إلى 5:30 م").pdf)
    for number in ("303-555-0170", "303-555-0171", "741741", "9:00", "5:30"):
        assert number in text
    assert "HOME" in text and "0170-555-303" not in text


def test_a_number_in_a_sentence_is_not_turned_round_either(works: Works) -> None:
    """With its marks; the same without them is turned round, so that this test can fail."""
    marked = PAPERS["ar"].foreign("970-555-0199")
    assert "970-555-0199" in seen(hostile(works, status=f"اتصل {marked} الآن").pdf)
    assert "0199-555-970" in seen(hostile(works, status="اتصل 970-555-0199 الآن").pdf)


def test_latin_names_keep_their_order_and_their_points(works: Works) -> None:
    paper = hostile(works, facts=f"مركز · {FOREIGN}St. Example (East), Inc.{END} · {PAPERS['ar'].foreign('4')} أميال")
    text = re.sub(r" +", " ", seen(paper.pdf))
    assert "Example (House) No. 2, Inc." in text
    assert "St. Example (East), Inc." in text


def test_what_to_try_instead_has_its_number_in_order(works: Works) -> None:
    content = works.press("ar").content
    told = content._words_of(Number("303-555-0170", "TTY"))
    assert told == f"TTY {FOREIGN}303-555-0170{END}"


def test_a_region_with_a_telling_name_keeps_its_number_in_order(tmp_path: Path) -> None:
    """Its neutral words are ours, so that the number among them needs marks of its own."""
    records = odd_records()
    (path,) = (path for path, text in records.items() if "CO-990" in text and "/continuum_of_care/" in path)
    records[path] = re.sub(r"(?m)^name: .*$", "name: Example Shelter Continuum", records[path])
    folder = make_repository(tmp_path, records)
    works = works_of(load_directory(folder, Settings("Test"), DAY, (), strict=True))
    name = works.sheet(Job(REGION, "ar")).name
    number = next(iter(re.findall(r"\d{3}-\d{3}-\d{4}", name)))
    assert f"{FOREIGN}{number}{END}" in name and "Shelter" not in name
    assert number in seen(paper_of(works, REGION, "sheet", "ar").pdf)


@pytest.mark.parametrize("kind", KINDS)
def test_the_papers_own_number_and_address_are_not_turned_round(works: Works, kind: str) -> None:
    """`08077-NB562J` is half digits: unmarked it would read `NB562J-08077` on a page of Arabic."""
    paper = paper_of(works, MESA, kind, "ar")
    text = seen(paper.pdf)
    assert paper.id in text
    if kind in {"sheet", "list", "large"}:
        # Where it does not go over two rows.
        assert "directory.example.org/" in text and "/directory.example" not in text
    if kind in {"card", "numbers"}:
        # Below the code, in rows that are as wide.
        assert re.search(r"(?<!\S)directory\.example\.(?!\S)", text) and re.search(r"(?<!\S)org/paper/(?!\S)", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_stand_at_the_other_side_of_names_where_rows_begin_at_the_right(works: Works, language: str) -> None:
    sheet = works.sheet(Job(MESA, language))
    hotline = next(line for line in sheet.hotlines if line.numbers[0].number.count("-") == 2)
    for kind in ("sheet", "card", "eight", "poster"):
        words = words_of(paper_of(works, MESA, kind, language).pdf)
        # Above the strips of a poster.
        words = [found for found in words if found[1] < 600]
        left, top, _ = next(found for found in words if found[2] == hotline.numbers[0].number)
        beside = [found for found in words if found[2] == bare(hotline.name).split()[0]]
        name = min(beside, key=lambda found: abs(found[1] - top))[0]
        assert (left < name) is (language == "ar"), kind


def test_columns_begin_at_the_right_and_maps_do_not_turn(real_works: Works) -> None:
    found = {}
    for language in ("en", "ar"):
        words = words_of(paper_of(real_works, "08031", "sheet", language).pdf)
        found[language] = {word: left for left, top, word in words if top > 300 and word in {"Jefferson", "Arapahoe"}}
    assert found["en"]["Jefferson"] > 306 > found["ar"]["Arapahoe"]
    gaps = {language: place["Arapahoe"] - place["Jefferson"] for language, place in found.items()}
    assert gaps["en"] == pytest.approx(gaps["ar"], abs=1) and gaps["ar"] > 50


def test_panels_of_a_folded_card_come_in_the_same_order(works: Works) -> None:
    """It opens downwards in every script: the cover, then hot lines, then needs, from the top."""
    tops = {}
    for language in ("en", "ar"):
        paper = paper_of(works, MESA, "card", language)
        words = words_of(paper.pdf)
        first = {number.number for line in paper.sheet.hotlines for number in line.numbers[:1]}
        tops[language] = [word for _, top, word in sorted((w for w in words if w[2] in first), key=lambda w: w[1])]
    assert tops["ar"] and list(dict.fromkeys(tops["ar"])) == list(dict.fromkeys(tops["en"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_on_it(works: Works, language: str) -> None:
    paper = paper_of(works, MESA, "sheet", language)
    said = {number.number for line in paper.sheet.lines for number in line.numbers if number.number.count("-") == 2}
    assert said and numbers_in(seen(paper.pdf)) == said
    english = {line.id for line in works.sheet(Job(MESA, "en")).lines}
    assert {line.id for line in works.sheet(Job(MESA, language)).lines} == english


# Discreet paper


@pytest.mark.parametrize("code", ["06037", "08031", "48301", "08111", "72127", "66010", "co-503"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_discreet_paper_holds_no_word_that_tells(real_works: Works, code: str, language: str) -> None:
    """Of its own language either; and the plain sheet does hold some, so that this test can fail."""
    press = real_works.press(language)
    own = neutral_pattern(real_works.directory.vocabulary.discreet_words[language])
    for kind in DISCREET:
        paper = paper_of(real_works, code, kind, language)
        with pikepdf.open(io.BytesIO(paper.pdf)) as document:
            words = [str(element.Alt) for element in elements(document) if "/Alt" in element]
            facts = [str(value) for value in document.docinfo.values()]
        texts = [flat(text_of(paper.pdf)), *words, *facts, file_name(Job(code, language), kind), paper.id]
        assert press.discreet.telling(texts) is None
    sheet = real_works.sheet(Job(code, language))
    plain = [text for section in sheet.answers for text in (section.heading, *section.texts)]
    assert any(own.search(text) for text in plain)
    quiet, english = (
        real_works.press(lang).discreet.sheet(real_works.sheet(Job(code, lang))) for lang in (language, "en")
    )
    assert [need.code for need in quiet.needs] == [need.code for need in english.needs]
    assert all(line.name for line in quiet.lines)


@pytest.mark.parametrize(
    ("language", "telling", "neutral"),
    [
        ("ar", "والعنف الأسري", "برامج للأسرة"),
        ("ko", "가정폭력을 겪은", "가족 지원 기관"),
        ("tl", "Programa laban sa karahasan", "Programang pampamilya"),
        ("vi", "Nạn nhân bạo lực", "Chương trình gia đình"),
        ("zh-Hans", "反家庭暴力机构", "家庭服务机构"),
    ],
    ids=LANGUAGES,
)
def test_words_are_found_as_a_language_writes_them(works: Works, language: str, telling: str, neutral: str) -> None:
    """With "and", "the" or an ending to them, and between others without a space."""
    discreet = works.press(language).discreet
    assert discreet.telling([telling]) is not None and discreet.telling([neutral]) is None


def test_words_of_other_scripts_are_matched_whole_as_ever() -> None:
    pattern = neutral_pattern(["rape", "safe house", "عنف"])
    assert pattern.search("grape drapes") is None and pattern.search("a Safe-House") is not None
    assert pattern.search("العنف") is not None
    assert neutral_pattern(["rape"]).pattern == r"(?<![^\W_])(?:rape)(?![^\W_])"
    assert neutral_pattern(["عنف"]).search("nothing") is None


def test_words_of_the_papers_languages_are_in_no_name(real_works: Works) -> None:
    """They would take names of real organizations off discreet paper that stand there in English today."""
    vocabulary: Vocabulary = real_works.directory.vocabulary
    pattern = neutral_pattern([word for language in LANGUAGES for word in vocabulary.discreet_words[language]])
    assert [record.name for record in real_works.directory.in_order if pattern.search(record.name)] == []


def test_neutral_words_of_kinds_tell_nothing(works: Works) -> None:
    for language in LANGUAGES:
        press = works.press(language)
        kinds = press.directory.vocabulary.types.values()
        texts = [text for kind in kinds for text in (kind.neutral, kind.neutral_plural)]
        assert texts and press.discreet.telling(texts) is None


def test_a_line_of_a_record_stays_whole_when_its_points_are_changed(works: Works) -> None:
    """Points of Chinese and Arabic go between our own words, never into a name."""
    content: Content = works.press("zh-Hans").content
    assert content._pointed(f"一, {FOREIGN}A, B. C{END}. 二; 三") == f"一，{FOREIGN}A, B. C{END}。二；三"
    line: Line = works.sheet(Job(MESA, "zh-Hans")).hotlines[0]
    assert "，" not in line.name
