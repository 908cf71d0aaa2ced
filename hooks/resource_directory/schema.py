"""What is generated from the model: JSON Schema for editors, the field reference, VS Code's settings, issue forms."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from resource_directory.model import Record, record_class
from resource_directory.problems import CODES
from resource_directory.rules import RECORD_RULES, TOGETHER_RULES
from resource_directory.updating.forms import form_files
from resource_directory.vocabulary import Vocabulary

NOTE = "Generated from hooks/resource_directory/model.py by `make generate`. Do not edit."


def generated_files(vocabulary: Vocabulary) -> Iterator[tuple[Path, str]]:
    """(path in the repository, text) of every generated file."""
    for code in vocabulary.types:
        yield Path(f"data/schema/{code}.json"), _json(record_schema(code, vocabulary))
    yield Path(".vscode/settings.json"), _json(editor_settings(vocabulary))
    yield from form_files(vocabulary)
    yield Path("docs/reference/fields.md"), field_reference(vocabulary)
    yield Path("docs/reference/problems.md"), problem_reference()


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def record_schema(type_code: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one type, vocabularies written out with what each code means."""
    schema = record_class(type_code).model_json_schema()
    filled: dict[str, Any] = _fill(schema, vocabulary)
    filled["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    filled["title"] = vocabulary.types[type_code].label
    filled["$comment"] = NOTE
    filled["properties"]["type"] = {"const": type_code, "description": Record.model_fields["type"].description}
    return filled


def _fill(value: Any, vocabulary: Vocabulary) -> Any:
    if isinstance(value, list):
        return [_fill(inner, vocabulary) for inner in value]
    if not isinstance(value, dict):
        return value
    filled = {key: _fill(inner, vocabulary) for key, inner in value.items() if not (key == "default" and inner is None)}
    if name := filled.pop("x-vocabulary", None):
        codes = vocabulary.codes(name)
        filled["enum"] = list(codes)
        filled["markdownEnumDescriptions"] = list(codes.values())
    if isinstance(filled.get("anyOf"), list):
        filled["anyOf"] = [option for option in filled["anyOf"] if option != {"type": "null"}]
        if len(filled["anyOf"]) == 1:
            filled.update(filled.pop("anyOf")[0])
    return filled


def editor_settings(vocabulary: Vocabulary) -> dict[str, Any]:
    """VS Code settings: the schema of each folder, for completion by its YAML extension."""
    schemas = {f"./data/schema/{code}.json": f"data/resources/*/{code}/*.yml" for code in vocabulary.types}
    return {"yaml.schemas": schemas, "yaml.format.enable": False, "files.insertFinalNewline": True}


def field_reference(vocabulary: Vocabulary) -> str:
    """The field reference, a page of Markdown: every field with its meaning, whether it is needed, an example."""
    common = Record.model_json_schema()
    lines = [
        "# Fields of a record",
        "",
        f"<!-- {NOTE} -->",
        "",
        "A record is one file, `data/resources/<state>/<type>/<id>.yml`. What is not known is left out: no field has",
        "a value that means unknown. Write `yes`, `ask` or `no` only where a source says so.",
        "",
        "## Every record",
        "",
        *_table(common, common, vocabulary),
    ]
    for name, part in sorted(_parts(common).items()):
        lines += ["", f"### {name}", "", part.get("description", "").strip(), "", *_table(part, common, vocabulary)]
    shared = set(_parts(common))
    for code, entry in vocabulary.types.items():
        schema = record_class(code).model_json_schema()
        own = {key: value for key, value in schema["properties"].items() if key not in common["properties"]}
        if not own:
            continue
        part = {"properties": own, "required": schema.get("required", [])}
        lines += ["", f"## {entry.label}", "", f"`type: {code}`", "", *_table(part, schema, vocabulary)]
        for name, inner in sorted(_parts(schema).items()):
            if name not in shared:
                lines += [
                    "",
                    f"### {name}",
                    "",
                    inner.get("description", "").strip(),
                    "",
                    *_table(inner, schema, vocabulary),
                ]
    lines += ["", "## Words", "", *_words(vocabulary)]
    return "\n".join(lines) + "\n"


def _parts(schema: Mapping[str, Any]) -> dict[str, Any]:
    return dict(schema.get("$defs", {}))


def _table(part: Mapping[str, Any], schema: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[str]:
    yield "| Field | Needed | What it says | Form | Example |"
    yield "|---|---|---|---|---|"
    for name, field in part.get("properties", {}).items():
        needed = "yes" if name in part.get("required", []) else ""
        example = next(iter(field.get("examples", [])), "")
        shown = (
            f"`{json.dumps(example, ensure_ascii=False)}`"
            if isinstance(example, list)
            else f"`{example}`"
            if example
            else ""
        )
        cells = (f"`{name}`", needed, field.get("description", ""), _form(field), shown)
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _form(field: Mapping[str, Any]) -> str:
    if name := field.get("x-vocabulary"):
        return f"a word of [{name}](#{name.replace('_', '-')})"
    if reference := field.get("$ref"):
        return f"see {reference.rpartition('/')[2]}"
    if options := field.get("anyOf"):
        return " or ".join(_form(option) for option in options if option != {"type": "null"})
    if "const" in field or "enum" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list: {_form(field.get('items', {}))}"
    if field.get("type") == "object":
        return "names and values"
    if field.get("format") == "date":
        return "date"
    return {"string": "text", "integer": "whole number", "number": "number"}.get(field.get("type", ""), "text")


def _words(vocabulary: Vocabulary) -> Iterator[str]:
    for name in ("types", "services", *vocabulary.terms):
        yield from (f"### {name} {{ #{name.replace('_', '-')} }}", "")
        yield from (f"- `{code}`: {label}" for code, label in vocabulary.codes(name).items())
        yield ""


def problem_reference() -> str:
    """Every problem code with its sentence, and the rules by name."""
    lines = ["# Problems and how to mend them", "", f"<!-- {NOTE} -->", "", "| Code | What it means |", "|---|---|"]
    lines += [f"| {code} | {sentence} |" for code, sentence in CODES.items()]
    lines += ["", "## The rules", ""]
    for rule in (*RECORD_RULES, *TOGETHER_RULES):
        lines.append(f"- {(rule.__doc__ or '').strip().splitlines()[0]}")
    return "\n".join(lines) + "\n"
