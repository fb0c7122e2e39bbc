"""What every publication ever said of partners' cells, from the private history: also of those whose files are gone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

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
