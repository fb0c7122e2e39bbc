"""Datasets of table designs: one file, declared columns, any cohort that fits in a table."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from ml.base.dataset import Column, Dataset, Kind
from ml.base.design import Condition, TableDesign, TableFeature, require_events
from ml.base.problems import DataProblem
from ml.panel_data.codebook import Variable, read_codebook

Floats = NDArray[np.float64]


class _Table:
    """Columns of one file as text, with the file's name for messages."""

    def __init__(self, path: Path, missing: list[str]) -> None:
        if not path.exists():
            raise DataProblem(
                "missing_delivery",
                subject=path.name,
                expected="the file of the design",
                remedy="put it in the data folder",
            )
        head = pacsv.open_csv(path).schema.names
        text = dict.fromkeys(head, pa.string())
        table = pacsv.read_csv(
            path, convert_options=pacsv.ConvertOptions(column_types=text, strings_can_be_null=False)
        )
        self.file, self.missing = path.name, {*missing, ""}
        self.book: dict[str, Variable] = {}
        self._clean: set[str] = set()
        self.columns = {name: np.array(table.column(name).to_pylist(), dtype=object) for name in head}

    def text(self, name: str) -> NDArray[np.object_]:
        if name not in self.columns:
            raise DataProblem(
                "missing_column",
                subject=self.file,
                where=name,
                expected="the column named in the design",
                remedy="deliver the file with this column, or correct the design",
            )
        if name in self.book and name not in self._clean and self.book[name].kind != "design":
            # Looked at once: what the codebook does not tell of stops the run.
            self.columns[name] = self.book[name].clean(self.columns[name], subject=self.file, where=name)
            self._clean.add(name)
        return self.columns[name]

    def numbers(self, name: str) -> Floats:
        texts = self.text(name)
        levels, position = np.unique(texts.astype(str), return_inverse=True)
        out = np.full(len(levels), np.nan)
        for i, level in enumerate(levels):
            if level in self.missing:
                continue
            try:
                out[i] = float(level)
            except ValueError as error:
                raise DataProblem(
                    "not_a_number",
                    subject=self.file,
                    where=name,
                    found=level,
                    expected="a number",
                    remedy="correct the value, or declare the code under `missing`",
                ) from error
        return out[position]


def _join(design: TableDesign, folder: Path) -> _Table:
    main = _Table(folder / design.source.file, design.source.missing)
    key = design.source.key or ""
    for join in design.source.join:
        other = _Table(folder / join.file, design.source.missing)
        keys = {one: i for i, one in enumerate(other.text(key))}
        position = np.array([keys.get(one, -1) for one in main.text(key)])
        if join.how == "inner":
            main.columns = {name: values[position >= 0] for name, values in main.columns.items()}
            position = position[position >= 0]
        for name, values in other.columns.items():
            if name != key:
                main.columns[name] = np.where(position >= 0, values[position], "")
    if design.source.codebook:
        main.book = read_codebook(folder / design.source.codebook)
    return main


def _with_kinds(design: TableDesign, book: dict[str, Variable]) -> list[TableFeature]:
    """The features, with what only the codebook tells of them."""
    out = []
    for feature in design.features:
        told = book.get(feature.name)
        if feature.kind is None and (told is None or told.kind == "design"):
            raise DataProblem(
                "design_field", subject=f"{design.model_id}.yml", where=f"features, {feature.name}",
                expected="a variable of the codebook that is a feature", remedy="give its kind, or add it to the codebook",
            )  # fmt: skip
        kind = feature.kind or told.kind  # type: ignore[union-attr]
        levels = feature.levels or (told.levels if told and kind in ("ordinal", "binary", "nominal") else [])
        out.append(feature.model_copy(update={"kind": kind, "levels": levels}))
    return out


def _keeps(table: _Table, condition: Condition) -> NDArray[np.bool_]:
    if condition.one_of is not None:
        return np.isin(table.text(condition.column).astype(str), condition.one_of)
    values = table.numbers(condition.column)
    keep = ~np.isnan(values)
    if condition.at_least is not None:
        keep &= values >= condition.at_least
    if condition.at_most is not None:
        keep &= values <= condition.at_most
    return keep


def _feature(table: _Table, feature: TableFeature) -> list[tuple[Column, Floats]]:
    if feature.kind == "continuous" or feature.kind == "count":  # noqa: PLR1714 (narrows the type)
        column = Column(feature.name, feature.kind, feature.sign, feature.topic or feature.name, feature.name)
        return [(_proxy(column, feature), table.numbers(feature.name))]
    texts = table.text(feature.name).astype(str)
    hidden = np.isin(texts, list(table.missing))
    unknown = set(texts[~hidden]) - set(feature.levels)
    if unknown:
        raise DataProblem(
            "unknown_enumeration",
            subject=table.file,
            where=feature.name,
            found=min(unknown),
            expected=f"one of {', '.join(feature.levels)}",
            remedy="add the level to the design, or correct the value",
        )
    if feature.kind == "nominal":
        # One column per level, so that additive models and monotone constraints mean the same everywhere.
        return [
            (
                _proxy(
                    Column(
                        f"{feature.name}={level}", "binary", 0, feature.topic or feature.name, feature.name
                    ),
                    feature,
                ),
                np.where(hidden, np.nan, texts == level),
            )
            for level in feature.levels[1:]
        ]
    position = {level: float(i) for i, level in enumerate(feature.levels)}
    values = np.array([position.get(text, np.nan) for text in texts])
    kind: Kind = "binary" if len(feature.levels) == 2 else "ordinal"
    return [
        (
            _proxy(
                Column(feature.name, kind, feature.sign, feature.topic or feature.name, feature.name), feature
            ),
            values,
        )
    ]


def _proxy(column: Column, feature: TableFeature) -> Column:
    from dataclasses import replace

    return replace(column, role="proxy", proxy_of=feature.proxy_of) if feature.proxy_of else column


def _outcome(table: _Table, design: TableDesign) -> Floats:
    target = design.target
    names = target.sum_of or [str(target.column)]
    parts = np.column_stack([table.numbers(name) for name in names])
    parts[np.isin(parts, target.not_an_answer)] = np.nan
    for position, name in enumerate(names):
        if name in target.reverse:
            parts[:, position] = sum(target.reverse[name]) - parts[:, position]
    total = parts.sum(axis=1)
    if target.one_of is not None:
        holds = np.isin(total, target.one_of)
    else:
        low = -np.inf if target.at_least is None else target.at_least
        high = np.inf if target.at_most is None else target.at_most
        holds = (total >= low) & (total <= high)
    return np.where(np.isnan(total), np.nan, holds)


def _weights(table: _Table, design: TableDesign, rows: NDArray[np.int64]) -> Floats:
    """The survey weights of the rows that take part: above zero or zero, and not all zero."""
    if not design.source.weight:
        return np.ones(len(rows))
    weight = table.numbers(design.source.weight)[rows]
    if np.isnan(weight).any() or (weight < 0).any() or not weight.any():
        found = (
            "a negative one"
            if (weight < 0).any()
            else "an empty one"
            if np.isnan(weight).any()
            else "only zeros"
        )
        raise DataProblem(
            "weights_wrong", subject=table.file, where=design.source.weight, found=found,
            expected="a number of at least zero on every row, above zero on some",
            remedy="correct the weights or leave out the rows; nothing was trained",
        )  # fmt: skip
    return weight


def _units(
    table: _Table, design: TableDesign, rows: NDArray[np.int64], keys: NDArray[np.str_]
) -> NDArray[np.str_]:
    """What stays together in folds and intervals: the sampling unit, the family, or the person alone."""
    source = design.source
    if not source.psu:
        return table.text(source.family).astype(str)[rows] if source.family else keys[rows]
    unit = table.text(source.psu).astype(str)[rows]
    if source.stratum:
        stratum = table.text(source.stratum).astype(str)[rows]
        unit = np.array([f"{one} {other}" for one, other in zip(stratum, unit, strict=True)])
    names, count = np.unique(unit, return_counts=True)
    if count.min() < 2 or len(names) < design.split.folds:
        few = f"{names[count.argmin()]} with {count.min()} row" if count.min() < 2 else f"{len(names)} units"
        raise DataProblem(
            "sampling_units", subject=table.file, where=source.psu, found=few,
            expected=f"at least two rows in each and at least {design.split.folds} of them",
            remedy="join the unit to its neighbour, as the survey's own guide tells; nothing was trained",
        )  # fmt: skip
    return unit


def build_table_dataset(design: TableDesign, folder: Path) -> Dataset:
    """The dataset of a table design: rows that satisfy the population and have an outcome.

    Raises:
        DataProblem: If the file does not have what the design names, or there are too few events.
    """
    table = _join(design, folder)
    outcome = _outcome(table, design)
    keep = np.ones(len(outcome), dtype=bool)
    flow = [("rows in the file", len(keep))]
    for condition in design.population.where:
        keep &= _keeps(table, condition)
        flow.append((f"after the condition on {condition.column}", int(keep.sum())))
    keep &= ~np.isnan(outcome)
    flow.append(("outcome known", int(keep.sum())))
    rows = np.flatnonzero(keep)
    require_events(
        int(outcome[rows].sum()),
        len(rows),
        subject=f"{design.model_id}.yml",
        where=f"target.{design.target.name}",
    )
    columns = [pair for feature in _with_kinds(design, table.book) for pair in _feature(table, feature)]
    key = design.source.key
    keys = table.text(key).astype(str) if key else np.arange(len(outcome)).astype(str)
    family = _units(table, design, rows, keys)
    temporal = design.split.temporal
    period = (
        table.text(temporal.column).astype(str) if temporal and temporal.column else np.full(len(keys), "all")
    )
    weight = _weights(table, design, rows)
    strata = {name: _stratum(table, column, design.age_bands)[rows] for name, column in design.strata.items()}
    return Dataset(
        tuple(c for c, _ in columns),
        np.column_stack([v for _, v in columns])[rows].astype(np.float32),
        outcome[rows].astype(np.float32),
        keys[rows],
        family,
        period[rows],
        strata,
        weight.astype(np.float32),
        design.target.name,
        design.source.file,
        design.synthetic,
        tuple(flow),
    )


def _stratum(table: _Table, column: str, cuts: list[int]) -> NDArray[np.str_]:
    texts = table.text(column).astype(str)
    if len(set(texts)) <= 12:
        return texts
    values = table.numbers(column)
    names = [f"<{cuts[0]}", *(f"{low}-{high - 1}" for low, high in pairwise(cuts)), f"{cuts[-1]}+"]
    return np.where(np.isnan(values), "unknown", np.array(names)[np.searchsorted(cuts, values, side="right")])
