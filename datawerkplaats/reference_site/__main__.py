"""`python -m datawerkplaats.reference_site [folder]` writes the site, by default into `site/`."""

from __future__ import annotations

import sys
from pathlib import Path

from datawerkplaats.base.errors import DataProblem, message
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.reference_site.build import build_site


def main(arguments: list[str]) -> int:
    """0 and one line with what was made, or its exit code and the sentence of what is wrong in the catalogue."""
    folder = Path(arguments[0]) if arguments else PROJECT_ROOT / "site"
    try:
        pages = build_site(PROJECT_ROOT / "catalogue", folder)
    except DataProblem as problem:
        sys.stderr.write(message(problem) + "\n")
        return problem.exit_code
    sys.stdout.write(f"[docs] {pages} pages, open {folder.name}/index.html\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
