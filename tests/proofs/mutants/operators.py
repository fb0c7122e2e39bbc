"""Small mistakes in Python, SQL and YAML as edits of the text: nothing is printed anew, so a mutant differs in one place only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_FLIPPED = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "in": "not in", "not in": "in", "is": "is not",
    "is not": "is", "and": "or", "or": "and", "+": "-", "-": "+", "*": "/", "/": "*",
}  # fmt: skip
_COMMUTES = {"min", "max", "zip", "isinstance", "getattr", "sorted", "range", "cast", "Field", "compile"}
_SQL = [
    ("join", r"\bleft join\b", "inner join"),
    ("join", r"\b(?:inner )join\b", "left join"),
    ("compare", r"(?<=\s)<=(?=\s)", "<"),
    ("compare", r"(?<=\s)>=(?=\s)", ">"),
    ("compare", r"(?<=\s)<(?=\s)", "<="),
    ("compare", r"(?<=\s)>(?=\s)", ">="),
    ("compare", r"(?<=\s)!?=(?=\s)", None),
    ("logic", r"\band\b", "or"),
    ("logic", r"\bor\b", "and"),
    ("null", r"\bis not null\b", "is null"),
    ("null", r"\bis null\b", "is not null"),
    ("aggregate", r"\bmin\(", "max("),
    ("aggregate", r"\bmax\(", "min("),
    ("aggregate", r"\b(?:sum|avg)\(", "max("),
    ("coalesce", r"\bcoalesce\(([^(),]+),\s*[^(),]+\)", r"\1"),
    ("sign", r"(?<=\s)[-+*/](?=\s)", None),
    ("number", r"(?<![\w.'\"$])\d+(?![\w.'\"])", None),
    ("order", r"\bdesc\b", "asc"),
    ("where", r"\bwhere\b(?! true)", "where true or"),
]
_YAML = [
    ("severity", r"(?<=severity: )\w+", {"error": "warning", "warning": "error"}),
    (
        "consequence",
        r"(?<=consequence: )\w+",
        {"blocks_publication": "shown_with_warning", "shown_with_warning": "blocks_publication"},
    ),
    ("boolean", r"(?<=: )(?:true|false)\b", {"true": "false", "false": "true"}),
    ("number", r"(?<=: )-?\d+(?=\s*[,}\n])", None),
]
_YAML_SQL = re.compile(r"^\s*(?:violates|applies|value|where|threshold):.*$", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one file.

    Args:
        start: Where the changed text begins, in characters.
        end: Where it ends.
        new: What stands there instead.
        operator: The kind of mistake.
    """

    start: int
    end: int
    new: str
    operator: str

    def applied(self, text: str) -> str:
        """The text with the mistake in it."""
        return text[: self.start] + self.new + text[self.end :]

    def change(self, text: str) -> str:
        """What became what, on one line."""
        return " ".join(f"{text[self.start : self.end] or 'nothing'} -> {self.new or 'nothing'}".split())

    def line(self, text: str) -> str:
        """The line on which the change begins."""
        return text[text.rfind("\n", 0, self.start) + 1 :].split("\n", 1)[0].strip()


def mutants(path: str, text: str) -> list[Mutant]:
    """Every mutant of a file, in the order of the text.

    Raises:
        ValueError: If no operator knows the kind of file.
    """
    if path.endswith(".py"):
        found = list(_python(text))
    elif path.endswith(".sql"):
        found = list(_sql(text, 0))
    elif path.endswith((".yml", ".yaml")):
        found = list(_yaml(text))
    else:
        raise ValueError(f"no operator knows how to change {path}")
    return sorted({mutant for mutant in found if mutant.applied(text) != text})


def _changed(old: str) -> str:
    if re.fullmatch(r"\d+", old):
        return str(int(old) + 1)
    return {"=": "!=", "!=": "="}.get(old) or _FLIPPED[old]


def _sql(text: str, offset: int) -> Iterator[Mutant]:
    comments = [
        found.span() for found in re.finditer(r"--[^\n]*|\{#.*?#\}|\{\{ config.*?\}\}", text, re.DOTALL)
    ]
    for operator, pattern, new in _SQL:
        for found in re.finditer(pattern, text):
            if not any(a <= found.start() < b for a, b in comments):
                put = _changed(found[0]) if new is None else found.expand(new)
                yield Mutant(offset + found.start(), offset + found.end(), put, f"sql_{operator}")


def _yaml(text: str) -> Iterator[Mutant]:
    for operator, pattern, new in _YAML:
        for found in re.finditer(pattern, text):
            put = str(int(found[0]) + 1) if new is None else new.get(found[0], found[0])
            yield Mutant(found.start(), found.end(), put, f"yaml_{operator}")
    for found in _YAML_SQL.finditer(text):
        yield from _sql(found[0], found.start())


class _Finder(ast.NodeVisitor):
    """Walks what runs: no annotations, docstrings, messages or decorators."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Mutant] = []
        self.lines = [0]
        for line in text.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.rows = text.splitlines(keepends=True)

    def at(self, line: int, column: int) -> int:
        """The place of a line and a column in bytes, in characters."""
        return self.lines[line - 1] + len(self.rows[line - 1].encode()[:column].decode())

    def span(self, node: ast.AST) -> tuple[int, int]:
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def source(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def put(self, start: int, end: int, new: str, operator: str) -> None:
        self.found.append(Mutant(start, end, new, operator))

    def between(self, left: ast.AST, right: ast.AST, operator: str) -> None:
        """Changes the operator that stands between two expressions."""
        start, end = self.span(left)[1], self.span(right)[0]
        sign = re.search(
            r"not\s+in|is\s+not|[<>=!]=|[<>]|\b(?:in|is|and|or)\b|(?<![*/])[-+*/](?![*/])",
            self.text[start:end],
        )
        if sign and " ".join(sign[0].split()) in _FLIPPED:
            new = _FLIPPED[" ".join(sign[0].split())]
            self.put(start + sign.start(), start + sign.end(), new, operator)

    def swap(self, first: ast.AST, second: ast.AST, operator: str) -> None:
        (a, b), (c, d) = self.span(first), self.span(second)
        if self.text[a:b] != self.text[c:d]:
            self.put(a, d, self.text[c:d] + self.text[b:c] + self.text[a:b], operator)

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for left, right in pairwise(sides):
            self.between(left, right, "compare")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in pairwise(node.values):
            self.between(left, right, "logic")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.between(node.left, node.right, "arithmetic")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.put(self.span(node)[0], self.span(node.operand)[0], "", "negation")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        start, end = self.span(node)
        if isinstance(node.value, bool):
            self.put(start, end, str(not node.value), "boolean")
        elif isinstance(node.value, int):
            self.put(start, end, str(node.value + 1), "off_by_one")
        elif isinstance(node.value, float):
            self.put(start, end, repr(round(node.value * 1.1, 12)), "constant")
        elif isinstance(node.value, str) and re.search(r"\bselect\s", node.value):
            self.found += _sql(self.text[start:end], start)

    def visit_Dict(self, node: ast.Dict) -> None:
        for first, second in pairwise(node.values):
            self.swap(first, second, "dict_values")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        plain = len(node.args) > 1 and not any(isinstance(arg, ast.Starred) for arg in node.args[:2])
        if plain and name not in _COMMUTES:
            self.swap(node.args[0], node.args[1], "arguments")
        self.generic_visit(node)

    def elements(self, node: ast.Tuple | ast.List | ast.Set) -> None:
        if len(node.elts) > 2 and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            for number, element in enumerate(node.elts[:-1]):
                start, end = self.span(element)[0], self.span(node.elts[number + 1])[0]
                self.put(start, end, "", "element")
        self.generic_visit(node)

    visit_Tuple = visit_List = visit_Set = elements  # noqa: N815 – names of ast

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self.put(*self.span(node), "pass", "statement")
            self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.put(*self.span(node), "pass", "statement")
        self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.put(*self.span(node), "pass", "statement")

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(default)
        for statement in node.body:
            self.visit(statement)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            self.visit(statement)

    def skip(self, node: ast.AST) -> None:
        """Sentences and claims: to change them is no mistake of the kind looked for."""

    visit_JoinedStr = visit_Assert = visit_Import = visit_ImportFrom = skip  # noqa: N815 – names of ast


def _python(text: str) -> Iterator[Mutant]:
    finder = _Finder(text)
    finder.visit(ast.parse(text))
    yield from finder.found
