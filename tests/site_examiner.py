# Long because every kind of page and of file has its own way of being held against the release.
"""An examiner of the public site that shares no code with it: reads the pages as HTML, and holds every number against the release.

It knows nothing of how a page is made: what a reader sees is parsed, and looked for in the published DuckDB file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.publication import Publication
from tests.site_reading import TINY, Page, number, rounds_to

# Sources whose rows are of persons, by what they are called; nothing of them may be on the site without a decision.
CLOSED = ("partner_", "joint_", "ml_")
_LANGUAGES = ("nl", "en")
Key = tuple[str, str, int, str]
_EVERY = """
select region_code, indicator_id, year, age_band, value, lower, upper from core.fct_observation
where sex = 'total' and region_level in ('gemeente', 'wijk')
union all
select region_code, indicator_id, year, age_band, value, lower, upper from core.fct_observation_restated where sex = 'total'"""
_LARGER = """
select indicator_id, year, age_band, region_level, region_code, value, mean_of_estimates from core.fct_observation
where sex = 'total' and region_level in ('country', 'province', 'ggd_region', 'gemeente') and value is not null"""
_STORY = """
select count(*), quantile_cont(o.value, .1), quantile_cont(o.value, .5), quantile_cont(o.value, .9)
from core.fct_observation as o join core.dim_region as r using (region_id)
where o.indicator_id = ? and o.year = ? and o.age_band = ? and o.sex = 'total' and o.region_level = 'gemeente'
  and o.value is not null
  and (r.is_focus or not exists (select 1 from core.dim_region where region_level = 'gemeente' and is_focus))"""


@dataclass
class Found:
    """What was looked at, and what was not right, in words."""

    areas: int = 0
    pages: int = 0
    numbers: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def same(self, shown: str, value: float | None, language: str, where: str) -> None:
        """Hold a number as it is shown against the release's."""
        self.numbers += 1
        told = number(shown, language)
        is_absent = told is None or value is None
        if (told is None) != (value is None) or not (is_absent or rounds_to(value, told)):
            self.wrong.append(f"{where}: {shown!r} for {value}")


class Examiner:
    """One release, read from its file."""

    def __init__(self, published: Publication, theme: str = "mental_health") -> None:
        self.found = Found()
        self.in_shards: set[str] = set()
        self.theme, self.path = theme, published.path
        self.release = published.id
        with connect_read_only(published.path) as con:
            self._read(con)

    def _read(self, con: duckdb.DuckDBPyConnection) -> None:
        self.known: dict[Key, set[tuple[Any, ...]]] = {}
        self.of_area: dict[str, set[str]] = {}
        newest: dict[tuple[bool, str], int] = {}
        rows = con.execute(_EVERY).fetchall()
        for code, indicator, year, age, *figure in rows:
            self.known.setdefault((code, indicator, year, age), set()).add(tuple(figure))
            if figure[0] is not None:
                level = code.startswith("WK"), indicator
                newest[level] = max(newest.get(level, 0), year)
        for code, indicator, year, _, *figure in rows:
            if figure[0] is not None and newest[code.startswith("WK"), indicator] == year:
                self.of_area.setdefault(code, set()).add(indicator)
        self.titles = {
            indicator: {"nl": nl, "en": en or nl}
            for indicator, nl, en in con.execute(
                "select indicator_id, title_nl, title_en from core.dim_indicator"
            ).fetchall()
        }
        self.closed = {
            indicator
            for indicator, source, is_public in con.execute(
                "select indicator_id, source_id, is_public from core.dim_indicator"
            ).fetchall()
            if str(source).startswith(CLOSED) or not is_public
        }
        self.of_theme = {
            name
            for (name,) in con.execute(
                "select indicator_id from core.bridge_theme_indicator where theme_id = ?", [self.theme]
            ).fetchall()
        }
        self.larger: dict[tuple[str, int, str], set[float]] = {}
        for indicator, year, age, _, _, *values in con.execute(_LARGER).fetchall():
            self.larger.setdefault((indicator, year, age), set()).update(
                value for value in values if value is not None
            )
        self.country: dict[tuple[str, int, str], set[float]] = {}
        for indicator, year, age, level, _, *values in con.execute(_LARGER).fetchall():
            if level == "country":
                self.country.setdefault((indicator, year, age), set()).update(
                    value for value in values if value is not None
                )

    def site(self, folder: Path, *, every: int = 1) -> Found:
        """Look at a whole site, or at one in `every` areas and at all that is not of an area."""
        for path in sorted((folder / "cijfers").glob("*.json"))[::every]:
            self.area(folder, path)
        for language in _LANGUAGES:
            for path in sorted((folder / language / "kaart").glob("*.html")):
                self.map(folder, path, language)
            for path in sorted((folder / language / "verhaal").glob("*.html")):
                self.story(path, language)
            for path in sorted((folder / language / "verhaal").glob("*.vl.json")):
                self.chart(path, language)
        parts = sorted((folder / "cijfers" / "delen").glob("*.parquet"))
        self.in_shards.clear()
        for path in parts:
            self.shard(folder, path)
        areas = {path.stem for path in (folder / "cijfers").glob("*.json")}
        self.found.missing += [
            f"{area}: in no file of a province" for area in areas - self.in_shards if parts
        ]
        return self.found

    def shard(self, folder: Path, path: Path) -> None:
        """Every figure of a province in one file: exactly those of the files of its areas, and of no area twice or not at all."""
        found = self.found
        told: dict[str, list[tuple[Any, ...]]] = {}
        columns = "area, indicator, age, year, value, lower, upper, status, reason"
        with duckdb.connect() as con:
            rows = con.execute(f"select {columns} from read_parquet($1)", [str(path)]).fetchall()
        for area, *row in rows:
            told.setdefault(area, []).append(tuple(row))
        names = ("indicator", "age", "year", "value", "lower", "upper", "status", "reason")
        for area, mine in told.items():
            about = json.loads((folder / "cijfers" / f"{area}.json").read_text(encoding="utf-8"))
            right = [tuple(one.get(name) for name in names) for one in about["figures"]]
            found.numbers += len(mine)
            if sorted(map(repr, mine)) != sorted(map(repr, right)):
                found.wrong.append(f"{path.name}: {area} is not what its own file says")
        found.wrong += [
            f"{path.name}: {area} is in another file too" for area in self.in_shards & told.keys()
        ]
        self.in_shards |= told.keys()

    def chart(self, path: Path, language: str) -> None:
        """A chart of a story: every bar as long as the release says, and on the page in the same words."""
        page = (path.parent / f"{path.name.split('.')[0]}.html").read_text(encoding="utf-8")
        told = [unescape(alt) for alt in re.findall(r'<img class="dw-bars" alt="([^"]*)"', page)]
        for row in json.loads(path.read_text(encoding="utf-8"))["data"]["values"]:
            indicator, year, age, part = row["of"].split("|")
            where = f"{language}/verhaal/{path.name} {row['of']}"
            self.found.same(row["t"], row["x"], language, where)
            allowed = self.country.get((indicator, int(year), age), set()) if part == "country" else set()
            if not any(abs(row["x"] - one) <= TINY for one in allowed):
                self.found.wrong.append(f"{where}: {row['x']}, and not one of {sorted(allowed)}")
            if not any(f"{row['n']}: {row['t']}" in alt for alt in told):
                self.found.wrong.append(f"{where}: the page does not say {row['n']}: {row['t']}")

    def area(self, folder: Path, path: Path) -> None:
        """The figures of an area as a file, its pages in both languages, and its block."""
        found, code = self.found, path.stem
        about = json.loads(path.read_text(encoding="utf-8"))
        found.areas += 1
        if about["release"] != self.release or about["area"] != code:
            found.wrong.append(f"{path.name}: of {about['release']}, {about['area']}")
        figures = about["figures"]
        for one in figures:
            key = code, one["indicator"], one["year"], one["age"]
            found.numbers += 1
            told = tuple(one.get(name) for name in ("value", "lower", "upper"))
            if not _is_one_of(told, self.known.get(key, ())) and told != (None, None, None):
                found.wrong.append(f"{path.name}: {key} {told}")
        told_of = {one["indicator"] for one in figures}
        found.missing += [
            f"{code}: {name}"
            for name in (self.of_area.get(code, set()) & self.of_theme) - self.closed - told_of
        ]
        if "predicted" not in about:
            found.wrong += [f"{path.name}: {name} is closed" for name in told_of & self.closed]
        for language in _LANGUAGES:
            page = Page((folder / language / "gebied" / f"{code}.html").read_text(encoding="utf-8"))
            found.pages += 1
            self._rows(page, figures, language, f"{language}/{code}")
            self._tiles(page, figures, language, f"{language}/{code}")
            block = folder / language / "insluiten" / f"{code}.html"
            if block.exists():
                self._tiles(
                    Page(block.read_text(encoding="utf-8")), figures, language, f"{language}/insluiten/{code}"
                )
                found.pages += 1

    def _rows(self, page: Page, figures: list[dict[str, Any]], language: str, where: str) -> None:
        """The table of all figures: title, value, margin and comparison of each."""
        found = self.found
        rows = [row for row in page.rows if len(row) == 5][:]
        rows = [row for row in rows if row[1:] != _headers(page)[1:]]
        if len(rows) != len(figures):
            found.wrong.append(f"{where}: {len(rows)} rows for {len(figures)} figures")
            return
        # In the order of titles, which differ by language: a row is of the figure with the longest title that it begins with.
        by_title = sorted(
            ((self.titles[one["indicator"]][language], one) for one in figures),
            key=lambda pair: -len(pair[0]),
        )
        for row in rows:
            place = next((i for i, (title, _) in enumerate(by_title) if row[0].startswith(title)), None)
            if place is None:
                found.wrong.append(f"{where}: a row {row[0]!r} that the file of figures does not have")
                continue
            _, one = by_title.pop(place)
            at = f"{where} {one['indicator']}"
            found.same(row[1], one.get("value"), language, at)
            if one.get("lower") is not None:
                low, _, high = row[2].partition(" – ")
                found.same(low, one["lower"], language, f"{at} lower")
                found.same(high, one["upper"], language, f"{at} upper")
            elif number(row[2], language):
                found.wrong.append(f"{at}: a margin {row[2]!r} that the release does not have")
            larger = self.larger.get((one["indicator"], one["year"], one["age"]), set())
            beside = number(row[3], language)
            if beside and self.country.get((one["indicator"], one["year"], one["age"])):
                found.numbers += 1
                if not any(rounds_to(value, beside) for value in larger):
                    found.wrong.append(f"{at}: compared with {row[3]!r}")

    def _tiles(self, page: Page, figures: list[dict[str, Any]], language: str, where: str) -> None:
        for title, shown in page.tiles:
            named = [one for one in figures if title == re.sub(r" \([^)]*\)$", "", self.titles[one["indicator"]][language])
                     or title == self.titles[one["indicator"]][language]]  # fmt: skip
            values = {
                value
                for one in named
                for (code, indicator, _, _), kept in self._of(where.rsplit("/", 1)[-1], one["indicator"])
                for value, _, _ in kept
                if value is not None and indicator == one["indicator"] and code
            }
            told = number(shown, language)
            self.found.numbers += 1
            if told is None or not any(rounds_to(value, told) for value in values):
                self.found.wrong.append(f"{where}: {title} is {shown!r}, and not one of {sorted(values)[:4]}")

    def _of(self, code: str, indicator: str) -> Iterable[tuple[Key, set[tuple[Any, ...]]]]:
        if not hasattr(self, "_by_area"):
            self._by_area: dict[tuple[str, str], list[tuple[Key, set[tuple[Any, ...]]]]] = {}
            for key, kept in self.known.items():
                self._by_area.setdefault(key[:2], []).append((key, kept))
        return self._by_area.get((code, indicator), ())

    def map(self, folder: Path, path: Path, language: str) -> None:
        """The page of a map and the file of its figures."""
        found, indicator = self.found, path.stem
        about = json.loads((folder / "cijfers" / "kaart" / f"{indicator}.json").read_text(encoding="utf-8"))
        told = {one["code"]: one for one in about["figures"]}
        found.pages += 1
        for code, one in told.items():
            kept = self.known.get((code, indicator, about["year"], about["age"]), set())
            found.numbers += 1
            if one["value"] is not None and not _is_one_of((one["value"], one["lower"], one["upper"]), kept):
                found.wrong.append(f"kaart/{indicator}: {code} {one['value']}")
            found.same(one[f"told_{language}"], one["value"], language, f"kaart/{indicator}.json {code}")
        page = Page(path.read_text(encoding="utf-8"))
        for row, link in zip((row for row in page.rows if len(row) == 4), page.links[3:], strict=False):
            code = Path(link).stem
            if code in told:
                found.same(row[1], told[code]["value"], language, f"{language}/kaart/{indicator} {code}")

    def story(self, path: Path, language: str) -> None:
        """Every number of a story: as its element says which it is, worked out anew from the release."""
        self.found.pages += 1
        page = Page(path.read_text(encoding="utf-8"))
        if not page.data:
            self.found.wrong.append(f"{path.name}: a story without a number")
        for value, of, shown in page.data:
            indicator, year, age, part = of.split("|")
            key = indicator, int(year), age
            where = f"{language}/verhaal/{path.stem} {of}"
            with connect_read_only(self.path) as con:
                count, *tenths = con.execute(_STORY, key).fetchone() or (0, None, None, None)
            right = {
                "gemeenten": {count},
                **{name: {one} for name, one in zip(("low", "middle", "high"), tenths, strict=True)},
            }
            allowed = self.country.get(key, set()) if part == "country" else right[part]
            self.found.same(shown, value, language, where)
            if not any(abs(value - one) <= TINY for one in allowed):
                self.found.wrong.append(f"{where}: {value}, and not one of {sorted(allowed)}")
        bare = re.sub(
            r"<(style|script|head|header|footer|details|data)\b.*?</\1>|<[^>]+>",
            "",
            path.read_text(encoding="utf-8"),
            flags=re.S,
        )
        years = {of.split("|")[1] for _, of, _ in page.data}
        loose = [one for one in re.findall(r"\d[\d.,]*\d|\d", bare) if one.strip(".,") not in years]
        self.found.wrong += [
            f"{language}/verhaal/{path.stem}: the number {one} comes from nowhere"
            for one in loose
            if one != "1.000" and one != "1,000"
        ]


def _is_one_of(told: tuple[Any, ...], kept: Iterable[tuple[Any, ...]]) -> bool:
    """Whether a figure and its margin are the release's; what is added up when it is read differs in its last digit."""
    return any(
        all(
            (a is None) == (b is None) and (a is None or abs(a - b) <= TINY * max(1, abs(a)))
            for a, b in zip(told, one, strict=True)
        )
        for one in kept
    )


def _headers(page: Page) -> list[str]:
    return next((row for row in page.rows if len(row) == 5), [])
