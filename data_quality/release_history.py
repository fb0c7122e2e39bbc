"""What every publication ever said of partners' cells, from the private history: also of those whose files are gone; and
which people were behind the first and the last.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

_KINDS = ["area", "age_band", "sex", "partner", "count"]
_KEYS = ["source_id", "year", "region_code", "age_band", "sex"]


def read_history(private_dir: Path) -> dict[str, pd.DataFrame]:
    """Per publication, oldest first, its cells: keys, value (NaN where hidden) and the margin that was stated."""
    try:
        content = json.loads((private_dir / "released.json").read_text(encoding="utf-8"))
        ids, cells = list(content["publications"]), content["cells"]
        if content.get("version") != 2:
            return {}
    except (OSError, ValueError, KeyError):
        return {}
    found: dict[str, list[list[object]]] = {name: [] for name in ids}
    for *key, said in cells:
        turn, told = 0, None
        for place, name in enumerate(ids):
            while turn < len(said) and said[turn][0] <= place:
                told, turn = said[turn], turn + 1
            if told is not None:
                value, upper = told[1], told[3]
                margin = 0.0 if value is None or upper is None else upper - value
                found[name].append([*key, np.nan if value is None else value, margin])
    return {name: pd.DataFrame(rows, columns=[*_KEYS, "value", "margin"]) for name, rows in found.items()}


def read_people(
    private_dir: Path, source_id: str, year: int
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """The persons behind the first and the last publication of a year, a row each; None where that was not kept."""
    try:
        contents = json.loads((private_dir / "released.json").read_text(encoding="utf-8"))["contents"]
        kept = json.loads((private_dir / source_id / "people.json").read_text(encoding="utf-8"))[str(year)]
    except (OSError, ValueError, KeyError):
        return None, None
    made_of: list[str] = next(
        (told for source, of, told in contents if (source, int(of)) == (source_id, year)), []
    )
    found: list[pd.DataFrame | None] = []
    for content in (made_of[:1], made_of[-1:]):
        rows = kept.get(content[0]) if content else None
        if rows is None:
            found.append(None)
            continue
        kinds = pd.DataFrame(rows, columns=_KINDS).assign(year=year)
        found.append(
            kinds.loc[kinds.index.repeat(kinds["count"])].drop(columns="count").reset_index(drop=True)
        )
    return found[0], found[1]
