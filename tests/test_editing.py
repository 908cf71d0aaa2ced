"""The editing screen: absent until configured, its forms those of the model, its page closed to everything else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from resource_directory.canonical import record_data
from resource_directory.directory import Directory, Settings
from resource_directory.editing import Editing, EditingRefused, content_security_policy, editing_files, packaged_files
from resource_directory.editing.forms import FREE_LINES, NEVER, order_of
from resource_directory.editing.screen import configuration
from resource_directory.loading import load_directory
from resource_directory.mkdocs_bridge import DirectoryBlock
from resource_directory.model import Authorisation, record_class
from resource_directory.vocabulary import Vocabulary
from support import DAY, ROOT, Build, good_records, make_repository, run_build

PLAIN = {"backend": "github", "repo": "example/directory", "states": ["co"]}
Form = list[dict[str, Any]]


@pytest.fixture(scope="module")
def colorado() -> Directory:
    """The real entries of one state and of the whole country."""
    return load_directory(ROOT, Settings("Test"), DAY, ["co"], cached=True)


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """Entries that use every field."""
    return load_directory(make_repository(tmp_path_factory.mktemp("f"), good_records()), Settings("Test"), DAY)


def forms(directory: Directory) -> dict[str, Form]:
    """The fields of each collection, by its folder."""
    made = configuration(Editing(backend="github", repo="a/b", states=("co", "us")), directory)
    return {collection["folder"]: collection["fields"] for collection in made["collections"]}


# Settings.


@pytest.mark.parametrize(
    ("block", "field"),
    [
        ({"repo": "a/b"}, "editing.backend"),
        ({**PLAIN, "backend": "ftp"}, "editing.backend"),
        ({**PLAIN, "repo": "https://github.com/a/b"}, "editing.repo"),
        ({**PLAIN, "repo": "a/b/../c"}, "editing.repo"),
        ({**PLAIN, "branch": "-x"}, "editing.branch"),
        ({**PLAIN, "base_url": "http://sign-in.example.org"}, "editing.base_url"),
        ({**PLAIN, "base_url": "https://sign-in.example.org; script-src *"}, "editing.base_url"),
        ({**PLAIN, "states": []}, "editing.states"),
        ({"backend": "github", "repo": "a/b"}, "editing.states"),
        ({**PLAIN, "token": "x"}, "editing.token"),
    ],
)
def test_wrong_settings_name_the_field(block: Mapping[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        DirectoryBlock.model_validate({"name": "x", "editing": block})
    assert field in {".".join(map(str, error["loc"])) for error in caught.value.errors()}


@pytest.mark.parametrize("block", [{}, None], ids=["empty", "nothing"])
def test_an_empty_block_is_no_screen(block: object) -> None:
    assert DirectoryBlock.model_validate({"name": "x", "editing": block}).editing is None


def test_a_state_that_is_none_is_refused(fictional: Directory) -> None:
    editing = Editing(backend="github", repo="a/b", states=("co", "zz"))
    with pytest.raises(EditingRefused, match=r"editing\.states: 'zz' is no state"):
        list(editing_files(editing, fictional))


def test_a_package_that_is_not_installed_is_told(tmp_path: Path) -> None:
    with pytest.raises(EditingRefused, match="Run 'make setup'"):
        list(packaged_files(tmp_path))


def test_a_build_with_wrong_settings_stops(tmp_path: Path) -> None:
    wrong = "editing: {backend: github, repo: example, states: [co]}"
    built = run_build(make_repository(tmp_path, good_records(), lambda text: text.replace("editing: {}", wrong)))
    assert built.status != 0 and not built.site.exists()
    assert "The block 'directory:' has problems." in built.output and "directory.editing.repo:" in built.output


def test_editors_sign_in_by_token_or_by_the_service_named(fictional: Directory) -> None:
    token = configuration(Editing(**PLAIN), fictional)["backend"]
    assert token["auth_methods"] == ["token"] and "base_url" not in token
    service = Editing(**PLAIN, base_url="https://sign-in.example.org")
    assert configuration(service, fictional)["backend"]["base_url"] == "https://sign-in.example.org"


# The site.


def contents(site: Path) -> dict[str, bytes]:
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in site.rglob("*") if file.is_file()}


def test_the_screen_adds_files_and_changes_none(fictional_site: Build, editing_site: Build) -> None:
    without, there = contents(fictional_site.site), contents(editing_site.site)
    added = {path: there.pop(path) for path in list(there) if path not in without}
    assert there == without
    own = ("admin/", "assets/directory/admin/", "assets/vendor/sveltia/")
    assert added and all(path.startswith(own) for path in added)
    assert not [path for path in without if path.startswith(own)]
    pages = [text for path, text in without.items() if path.endswith((".html", ".xml"))]
    assert not [text for text in pages if re.search(rb"[\"'/]admin/", text)]


def test_its_page_has_a_policy_of_its_own(editing_site: Build) -> None:
    page = (editing_site.site / "admin/index.html").read_text(encoding="utf-8")
    policy = content_security_policy()
    assert policy.replace("'", "&#39;") in page and page.index("Content-Security-Policy") < page.index("<script")
    assert 'name="robots" content="noindex, nofollow"' in page and 'name="referrer" content="no-referrer"' in page
    assert re.findall(r"https?://[^\s;]+", policy) == ["https://api.github.com"]
    assert "unsafe-eval" not in policy and "script-src 'self';" in policy
    assert not re.findall(r"https?:", page.replace(policy.replace("'", "&#39;"), ""))


# The forms.


def names(fields: Form, prefix: str = "") -> Iterator[str]:
    """All paths of a form: `location.address.city`."""
    for field in fields:
        yield prefix + field["name"]
        inner = [*field.get("fields", ()), *(f for kind in field.get("types", ()) for f in kind["fields"])]
        yield from names(inner, f"{prefix}{field['name']}.")
        if "typeKey" in field:
            yield f"{prefix}{field['name']}.{field['typeKey']}"


def model_names(order: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, inner in order.items():
        yield prefix + name
        yield from model_names(inner or {}, f"{prefix}{name}.")


def test_every_field_of_the_model_is_in_the_form(fictional: Directory) -> None:
    for folder, form in forms(fictional).items():
        code = folder.split("/")[-1]
        wanted = set(model_names(order_of(record_class(code))))
        if code == "domestic_violence":
            wanted = {name for name in wanted if not name.startswith("location")}
        tables = {name for name in names(form) if re.match(r"(translations|eligibility\.accepts)\.", name)}
        assert set(names(form)) - tables == wanted, folder


def test_a_domestic_violence_program_has_no_field_for_its_place(fictional: Directory) -> None:
    form = json.dumps(forms(fictional)["data/resources/co/domestic_violence"])
    assert not [name for name in ("address_1", "latitude", *Authorisation.model_fields) if f'"name": "{name}"' in form
                and name not in {"by", "date"}]  # fmt: skip
    assert '"name": "location"' not in form


def test_a_hidden_place_has_no_field_that_tells_it(fictional: Directory) -> None:
    form = forms(fictional)["data/resources/co/health_center"]
    location = next(field for field in form if field["name"] == "location")
    public, withheld = location["types"]
    assert location["typeKey"] == "visibility" and (public["name"], withheld["name"]) == ("public", "withheld")
    assert [field["name"] for field in withheld["fields"]] == ["review"]


def every(fields: Form) -> Iterator[dict[str, Any]]:
    for field in fields:
        yield field
        yield from every([*field.get("fields", ()), *(f for kind in field.get("types", ()) for f in kind["fields"])])


def test_every_field_has_a_hint_and_free_text_a_warning(fictional: Directory) -> None:
    for form in forms(fictional).values():
        for field in every(form):
            hint = field.get("hint", "")
            assert hint or field["widget"] == "hidden", field["name"]
            free = field["widget"] == "text" or (field["widget"] == "string" and field["name"] in FREE_LINES)
            assert (NEVER in hint) == free, field["name"]


def test_collections_warn_and_delete_nothing(fictional: Directory) -> None:
    made = configuration(Editing(**PLAIN), fictional)
    assert made["publish_mode"] == "editorial_workflow"
    for collection in made["collections"]:
        assert NEVER in collection["description"] and collection["delete"] is False
        # A reviewer merges on GitHub, where the checks stand.
        assert collection["publish"] is False


@pytest.mark.parametrize(
    ("path", "vocabulary_name"),
    [("services", "services"), ("accessibility", "accessibility"), ("practice_areas", "practice_areas")],
)
def test_drop_downs_hold_the_vocabulary(fictional: Directory, path: str, vocabulary_name: str) -> None:
    vocabulary: Vocabulary = fictional.vocabulary
    field = next(f for f in forms(fictional)["data/resources/co/legal_aid"] if f["name"] == path)
    assert {o["value"]: o["label"] for o in field["options"]} == vocabulary.codes(vocabulary_name)
    assert field["multiple"] is True


def unoffered(data: Any, field: Mapping[str, Any]) -> Iterator[str]:
    """Values of a record that its form does not offer, and would lose."""
    if isinstance(data, list):
        inner = field if "options" in field or "fields" in field else field["field"]
        for item in data:
            yield from unoffered(item, inner)
    elif isinstance(data, dict):
        kinds = {kind["name"]: kind["fields"] for kind in field.get("types", ())}
        fields = kinds[data[field["typeKey"]]] if kinds else field["fields"]
        known = {inner["name"]: inner for inner in fields}
        for name, value in data.items():
            if name != field.get("typeKey"):
                yield from unoffered(value, known[name]) if name in known else [f"no field {name}"]
    elif "options" in field and data not in {option["value"] for option in field["options"]}:
        yield f"{field['name']}: {data}"
    elif "pattern" in field and not re.search(field["pattern"][0], str(data)):
        yield f"{field['name']}: {data} does not fit {field['pattern'][0]}"


@pytest.mark.parametrize("which", ["colorado", "fictional"])
def test_no_value_of_a_record_is_missing_from_its_form(which: str, request: pytest.FixtureRequest) -> None:
    directory: Directory = request.getfixturevalue(which)
    by_folder = forms(directory)
    looked_at = 0
    for record in directory.in_order:
        folder = directory.paths[record.id].rpartition("/")[0]
        data = record_data(record)
        if record.type == "domestic_violence":
            data.pop("location", None)
        if folder in by_folder:
            looked_at += 1
            assert list(unoffered(data, {"name": "", "fields": by_folder[folder]})) == [], record.id
    assert looked_at > (300 if which == "colorado" else 10)
