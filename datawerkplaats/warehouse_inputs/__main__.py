"""`python -m datawerkplaats.warehouse_inputs`: write what dbt reads of the declarations, before dbt is used by hand."""

from __future__ import annotations

import sys

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.warehouse_inputs.staging import write_staging


def main() -> int:
    """The exit code: 0, or 1 after the sentence of a mistake in the catalogue."""
    try:
        changed = write_staging(load_catalogue(get_settings().catalogue_dir))
    except DataProblem as problem:
        print(problem.sentence("en"), file=sys.stderr)
        return 1
    print("\n".join(str(path) for path in changed) or "dbt's declared sources are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
