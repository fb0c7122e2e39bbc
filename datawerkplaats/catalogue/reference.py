"""The catalogue's field reference and JSON schemas, made from the models so that they never fall behind."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.lessons import Lesson
from datawerkplaats.catalogue.models import Correction, Dimensions, Entry, Indicator, Intervention, Source
from datawerkplaats.catalogue.regions import Region
from datawerkplaats.catalogue.session_templates import SessionTemplate
from datawerkplaats.catalogue.stories import Story
from datawerkplaats.catalogue.themes import Theme

_FILES: dict[str, tuple[type[Entry], str, set[str]]] = {
    "source": (Source, "`sources/<source_id>.yml`: one file per source", {"source_id"}),
    "indicator": (
        Indicator,
        "`indicators/{indicator,determinant,outcome}/<indicator_id>.yml`: one file per indicator",
        {"indicator_id", "mart"},
    ),
    "intervention": (
        Intervention,
        "`interventions/<intervention_id>.yml`: one file per approach that is known to help",
        {"intervention_id"},
    ),
    "story": (
        Story,
        "`stories/<story_id>.md`: one file per story; these fields between lines of `---`, then `# nl` and `# en` with the text",
        {"story_id", "text"},
    ),
    "lesson": (Lesson, "`lessons/<lesson_id>.yml`: one file per guided lesson", {"lesson_id"}),
    "session": (
        SessionTemplate,
        "`sessions/<template_id>.yml`: one file per kind of session",
        {"template_id"},
    ),
    "correction": (
        Correction,
        "`corrections/<source_id>.yml`: a list of known upstream errors of one source",
        set(),
    ),
    "theme": (
        Theme,
        "`themes/<theme_id>.yml`: one file per theme; what grows larger in `themes/<theme_id>/<field>.yml`",
        {"theme_id"},
    ),
    "region": (Region, "`regions/<region_id>.yml`: one file per region", {"region_id"}),
}
_INTRODUCTION = """# Catalogue

<!-- Made by `python -m datawerkplaats.catalogue docs`; a test checks that it is up to date. -->

What is measured, where it comes from and what is known to be wrong with it: declarations only. dbt joins them
to the observations, and pages, checks and models read the result, so nothing else keeps a list of indicators.

A new indicator that a source already holds is **one new file** in `indicators/<mart>/` and nothing else. The
smallest one:

```yaml
title: {nl: Gehuwd, en: Married}
description: {nl: Deel van de inwoners dat gehuwd is., en: Share of inhabitants who are married.}
determinant_level: social
population: inhabitants
definition:
  method: ratio
  source: cbs_key_figures_84799ned
  numerator: Gehuwd
  denominator: AantalInwoners
  multiplier: 100
polarity: neutral
```

An id is the name of the file, a mart the name of its folder. An id never changes meaning: a new meaning,
another instrument or another cut-off is a new id. Caveats with a rule in `dimensions/caveats.yml` follow by
themselves.
"""


def reference() -> str:
    """The text of `catalogue/README.md`."""
    parts = [_INTRODUCTION]
    for model, where, derived in _FILES.values():
        parts.append(
            f"## {model.__name__}\n\n{where}. {(model.__doc__ or '').strip()}\n\n{_table(model, derived)}"
        )
    lists = [
        f"| `dimensions/{name}.yml` | {(_entry_model(field).__doc__ or '').strip()} |"
        for name, field in Dimensions.model_fields.items()
    ]
    parts.append(
        "## Lists\n\nEach file maps an id to an entry.\n\n| file | an entry is |\n|---|---|\n"
        + "\n".join(lists)
        + "\n"
    )
    return "\n".join(parts)


def schemas() -> dict[str, str]:
    """JSON schema text per kind of file, for editors that complete and check YAML."""
    texts = {}
    for name, (model, _, derived) in _FILES.items():
        schema = model.model_json_schema()
        # What the file's name and folder tell need not stand in it.
        schema["required"] = [field for field in schema.get("required", []) if field not in derived]
        _leave_to_defaults(schema)
        if name == "correction":
            definitions = schema.pop("$defs", {})
            schema = {"type": "array", "items": schema, "$defs": definitions}
        texts[name] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    for name, field in Dimensions.model_fields.items():
        schema = TypeAdapter(field.annotation).json_schema()  # type: ignore[arg-type]
        texts[name] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return texts


def _leave_to_defaults(schema: dict[str, Any]) -> None:
    """Ask for no field that a file of defaults fills in."""
    for part in (schema, *schema.get("$defs", {}).values()):
        filled = {key for key, field in part.get("properties", {}).items() if field.pop("by_default", False)}
        if filled & set(part.get("required", [])):
            part["required"] = [field for field in part["required"] if field not in filled]


def write(folder: Path) -> None:
    """Write README.md and schema/*.schema.json into a catalogue folder."""
    write_text(folder / "README.md", reference())
    for name, text in schemas().items():
        write_text(folder / "schema" / f"{name}.schema.json", text)


def main(arguments: list[str]) -> int:
    """Exit code of `python -m datawerkplaats.catalogue docs|check`."""
    from datawerkplaats.base.errors import DataProblem, message
    from datawerkplaats.catalogue import load_catalogue

    if arguments == ["docs"]:
        write(PROJECT_ROOT / "catalogue")
        return 0
    if arguments == ["check"]:
        try:
            catalogue = load_catalogue(PROJECT_ROOT / "catalogue")
        except DataProblem as problem:
            sys.stderr.write(message(problem) + "\n")
            return problem.exit_code
        sys.stdout.write(
            f"{len(catalogue.sources)} sources and {len(catalogue.indicators)} indicators are right\n"
        )
        return 0
    sys.stderr.write("usage: python -m datawerkplaats.catalogue docs|check\n")
    return 2


def _table(model: type[Entry], derived: set[str], prefix: str = "") -> str:
    head = "| field | needed | default | meaning |\n|---|---|---|---|\n" if not prefix else ""
    return head + "".join(_row(name, field, derived, prefix) for name, field in model.model_fields.items())


def _row(name: str, field: FieldInfo, derived: set[str], prefix: str) -> str:
    nested = (
        field.annotation
        if isinstance(field.annotation, type) and issubclass(field.annotation, Entry)
        else None
    )
    choices = _choices(field.annotation)
    meaning = (field.description or "").replace("|", "\\|").replace("<", "&lt;") + (
        f" One of: {', '.join(choices)}." if choices else ""
    )
    by_default = isinstance(field.json_schema_extra, dict) and "by_default" in field.json_schema_extra
    needed = "by file name" if name in derived else ("yes" if field.is_required() and not by_default else "")
    default = "" if field.is_required() or nested else _default(field)
    if by_default:
        default = "by `theme_defaults.yml`"
    row = f"| `{prefix}{name}` | {needed} | {default} | {meaning} |\n"
    # A text in two languages needs no rows of its own.
    return row + (
        _table(nested, set(), f"{prefix}{name}.")
        if nested and set(nested.model_fields) != {"nl", "en"}
        else ""
    )


def _choices(annotation: Any) -> list[str]:
    """The values of a Literal, also inside an optional."""
    arguments = get_args(annotation)
    if arguments and all(isinstance(a, str) for a in arguments):
        return list(arguments)
    return next((found for a in arguments if get_origin(a) is not list and (found := _choices(a))), [])


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    return "" if value is None or value in ([], {}) else f"`{value}`"


def _entry_model(field: FieldInfo) -> type[Entry]:
    model: type[Entry] = get_args(field.annotation)[1]
    return model
