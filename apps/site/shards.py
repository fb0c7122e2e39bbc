"""Every figure of the site as Parquet, a file per province: the rows of the files of figures, for who takes them all along."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from apps.dashboard.data.release import Row
from apps.site.given import as_json

FOLDER = "cijfers/delen"
INDEX = f"{FOLDER}/index.json"
_WORDS = ("area", "name", "level", "gemeente", "indicator", "period", "age", "status", "reason")
_NUMBERS = ("value", "lower", "upper")
_YEARS = ("year", "boundaries")
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _WORDS),
        *((name, pa.int16()) for name in _YEARS),
        *((name, pa.float64()) for name in _NUMBERS),
    ]
)


class Shards:
    """The figures of all areas, kept by column: as rows a country would not fit in memory."""

    def __init__(self, release: str) -> None:
        """Begin with no area of a release."""
        self.release = release
        self._parts: dict[str, list[pa.Table]] = {}
        self._names: dict[str, str] = {}

    def add(self, province: Row, area: Row, level: str, about: Mapping[str, Any]) -> None:
        """Put the file of figures of an area to those of its province.

        Args:
            province: The gemeente that it is or lies in, which knows its province.
            area: The area.
            level: Its level.
            about: Its file of figures.
        """
        code = str(province["province_code"] or "NL00")
        self._names[code] = str(province["province_name"] or "")
        same = {
            "area": about["area"], "name": about["name"], "level": level, "gemeente": area["gemeente_code"] or about["area"],
        }  # fmt: skip
        rows = [same | one for one in about["figures"]]
        self._parts.setdefault(code, []).append(pa.Table.from_pylist(rows, _SCHEMA))

    def paths(self) -> dict[str, str]:
        """By path the name of each province, in the order of names."""
        return {
            f"{FOLDER}/{code}.parquet": name
            for code, name in sorted(self._names.items(), key=lambda one: one[1])
        }

    def files(self) -> Iterator[tuple[str, str | bytes]]:
        """Each file with its path, and last the list of them with what a reader needs to check them."""
        told = []
        for path, name in self.paths().items():
            table = pa.concat_tables(self._parts[path.rpartition("/")[2].removesuffix(".parquet")])
            # What is alike lies together: half of the bytes.
            table = table.sort_by([(column, "ascending") for column in ("indicator", "level", "area", "age")])
            held = BytesIO()
            pq.write_table(
                table.replace_schema_metadata({"release": self.release}), held, compression="zstd", compression_level=9,
                use_dictionary=list(_WORDS),
            )  # fmt: skip
            content = held.getvalue()
            told.append(
                {
                    "path": path, "province": name, "rows": table.num_rows, "bytes": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )  # fmt: skip
            yield path, content
        yield INDEX, as_json({"release": self.release, "columns": _SCHEMA.names, "files": told})
