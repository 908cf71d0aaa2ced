"""The house: imports point down the list, only the bridge knows MkDocs, hooks are one line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "hooks/resource_directory"
#: Lowest first. Modules in one group are side by side and blind to each other.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "problems",
            "processes",
            "progress",
            "sitemaps",
            "change_text",
            "open_questions",
            "point_sources",
            "markup",
            "letters",
        }
    ),
    frozenset({"yaml_nodes", "messages"}),
    frozenset({"places"}),
    frozenset({"vocabulary"}),
    frozenset({"shapes", "topology", "secrecy", "hours", "hiding", "partners"}),
    frozenset({"model"}),
    frozenset({"reading", "record_cache", "labels"}),
    frozenset({"catalogues", "freshness", "publishers"}),
    frozenset({"rules", "publishing", "commits", "paper_catalogues"}),
    frozenset({"words"}),
    frozenset({"canonical", "ellipsoid"}),
    frozenset({"directory"}),
    frozenset({"translating", "describing"}),
    frozenset({"loading", "gaps"}),
    frozenset({"updating", "placing"}),
    frozenset({"views", "gap_files", "measures", "suggestions", "answering", "serving"}),
    frozenset({"gap_changes", "ringing", "offline", "schema", "call_order", "structured"}),
    frozenset({"exports", "sheets"}),
    frozenset({"calls", "pages", "maps", "search", "importers", "editing", "geocoding", "link_checks"}),
    frozenset({"auditing", "shells", "changes"}),
    frozenset({"building"}),
    frozenset({"mkdocs_bridge"}),
)
LEVEL = {name: level for level, group in enumerate(LAYERS) for name in group}


def imports(file: Path) -> Iterator[str]:
    """Names of the modules that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def module_of(file: Path) -> str:
    """`pages` for pages/county.py, `model` for model.py."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = sorted(file for file in PACKAGE.rglob("*.py") if file != PACKAGE / "__init__.py")


def test_every_module_has_a_level() -> None:
    assert {module_of(file) for file in FILES} == set(LEVEL)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_imports_point_down(file: Path) -> None:
    own = module_of(file)
    for name in imports(file):
        if name.startswith("resource_directory."):
            other = name.split(".")[1]
            assert other == own or LEVEL[other] < LEVEL[own], f"{own} imports {other}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_only_the_bridge_knows_mkdocs(file: Path) -> None:
    if module_of(file) != "mkdocs_bridge":
        assert not [name for name in imports(file) if name.split(".")[0] in {"mkdocs", "material"}]


def test_the_hook_is_a_line_an_event() -> None:
    tree = ast.parse((PACKAGE.parent / "directory_hooks.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.If | ast.For)]


def test_nothing_is_loaded_by_name_of_another_host() -> None:
    overrides = PACKAGE.parent.parent / "overrides"
    for file in overrides.rglob("*.js"):
        assert "http://" not in file.read_text(encoding="utf-8")
        assert "https://" not in file.read_text(encoding="utf-8")
