"""Reading one file of the catalogue: what stands in it, held against its model; a mistake is a sentence with file and field."""

from __future__ import annotations

import difflib
from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.dimensions import Entry

_Model = TypeVar("_Model", bound=Entry)
_README = "catalogue/README.md lists every field"


class _Loader(yaml.CSafeLoader):
    """A fast safe loader that refuses a key given twice (YAML itself lets the last one win)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping of a node, each key once."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise yaml.constructor.ConstructorError(
                    None, None, f"'{key.value}' is given twice (line {line})", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def parsed(model: type[_Model], path: Path, folder: Path, identity: dict[str, str]) -> _Model:
    """One file of the catalogue in `folder` as a model; its identity comes from where it stands and may only be repeated inside.

    Raises:
        DataProblem: Naming file and field.
    """
    content = read_declared(path, folder, dict)
    for field, value in identity.items():
        if content.setdefault(field, value) != value:
            raise problem(
                file_name(path, folder),
                field,
                value,
                str(content[field]),
                "rename the file or leave the field out",
            )
    return validated(model, content, file_name(path, folder))


def read_declared(path: Path, folder: Path, kind: type) -> Any:
    """The content of one file of the catalogue in `folder`: a mapping or a list.

    Raises:
        DataProblem: If it is missing, is no YAML, gives a key twice or holds something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if "!" in text:
            _refuse_tags(text, file_name(path, folder))
        content = yaml.load(text, Loader=_Loader)
    except FileNotFoundError as error:
        raise problem(
            file_name(path, folder), "file", "the file", "nothing", "restore it from version control"
        ) from error
    except UnicodeDecodeError as error:
        raise DataProblem(
            "wrong_encoding", subject=file_name(path, folder), expected="UTF-8", remedy="save it as UTF-8"
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        raise problem(
            file_name(path, folder),
            where,
            "well-formed YAML",
            str(getattr(error, "problem", error)),
            "correct the line",
        ) from error
    if content is None and kind is list:
        return []
    if not isinstance(content, kind):
        expected = (
            "fields with values (name: value)"
            if kind is dict
            else "a list of entries, each starting with '- '"
        )
        raise problem(file_name(path, folder), "file", expected, type(content).__name__, _README)
    return content


def _refuse_tags(text: str, name: str) -> None:
    """A tag makes something else of a value than what stands there; a declaration has none."""
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise problem(
                name,
                f"line {event.start_mark.line + 1}" if event.start_mark else "file",
                "plain values",
                f"the tag {tag.replace('tag:yaml.org,2002:', '!!')}",
                "leave the tag out; put quotes around a text that starts with an exclamation mark",
            )


def validated(model: type[_Model], content: object, name: str) -> _Model:
    """The content of file `name` as a model; the first mistake is a sentence with file and field."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise not_valid(error, name, model) from error


def not_valid(error: ValidationError, name: str, model: type[Entry] | None = None) -> DataProblem:
    """The first mistake in a file as a sentence; how many more there are is told too."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "file"
    description = _description(model, first["loc"])
    found = "" if first["type"] == "missing" else repr(first["input"])[:80]
    expected = first["msg"].removeprefix("Value error, ")
    remedy = _README
    if first["type"] == "missing":
        expected, found = (
            f"a value for this field ({description})" if description else "a value for this field",
            "nothing",
        )
    elif first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(first["loc"][-1]), _fields(model, first["loc"][:-1]), n=1)
        expected, found = "a field that exists", str(first["loc"][-1])
        remedy = f"did you mean {near[0]}? {_README}" if near else _README
    elif first["type"] == "value_error":
        found = ""
    more = len(error.errors()) - 1
    return problem(name, where, expected, found, remedy + (f"; {more} more in this file" if more else ""))


def _nested(model: type[Entry] | None, location: tuple[int | str, ...]) -> type[Entry] | None:
    for part in location:
        if model is None or part not in model.model_fields:
            return None
        annotation = model.model_fields[str(part)].annotation
        model = annotation if isinstance(annotation, type) and issubclass(annotation, Entry) else None
    return model


def _fields(model: type[Entry] | None, location: tuple[int | str, ...]) -> list[str]:
    nested = _nested(model, location)
    return list(nested.model_fields) if nested else []


def _description(model: type[Entry] | None, location: tuple[int | str, ...]) -> str:
    if not location:
        return ""
    nested = _nested(model, location[:-1])
    field = nested.model_fields.get(str(location[-1])) if nested else None
    return (field.description or "") if field else ""


def file_name(path: Path, folder: Path) -> str:
    """How a file of the catalogue in `folder` is called in a sentence."""
    return f"catalogue/{path.relative_to(folder).as_posix()}"


def problem(name: str, field: str, expected: str, found: str, remedy: str) -> DataProblem:
    """A mistake in a catalogue file, ready to be raised."""
    return DataProblem(
        "catalogue_field", subject=name, where=field, expected=expected, found=found, remedy=remedy
    )
