"""`python -m demo.care`: the example register of the care table, which says that it is one and opens it for practice only.

Outside the example region nothing is filled in: there people answer the questions and decide.
"""

from __future__ import annotations

import sys

from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.governance import accounts, decisions, declarations, register, tools
from datawerkplaats.governance.accounts import Bounds
from datawerkplaats.governance.declarations import PHASES
from datawerkplaats.workplace.store import open_store
from demo import register as example
from ml.care import registry
from ml.care.train import models_dir


def fill(settings: Settings) -> int:
    """The number of tools that were entered with their example answers; nothing is done twice."""
    if settings.source != "demo":
        return 0
    asked, done = declarations.load(settings.catalogue_dir), 0
    store = open_store(settings)
    for tool in registry.TOOLS:
        found = registry.current(models_dir(settings), tool)
        if found is None:
            continue
        about = found.manifest
        system = tools.enter(
            store, example.AUTHOR, asked, registry.system_name(tool), found.artefact, measures=about["measures"],
            findings=about["findings"], synthetic=about["synthetic"],
        )  # fmt: skip
        example.answers(store, asked, system)
        if accounts.account(store, example.REVIEWER, system).decisions:
            continue
        bounds = Bounds(
            slope_from=0.9, slope_to=1.1, gap_to=0.1, population=str(about["measures"]["population"])
        )
        for phase in PHASES:
            decisions.decide(
                store, example.CHAIR, asked, system, phase, "practise", artefact=found.artefact, bounds=bounds
            )
        register.first_use(store, example.AUTHOR, system)
        done += 1
    store.engine.dispose()
    return done


def main() -> int:
    """Fill in the example for the tools that were trained."""
    print(f"{fill(get_settings())} tools entered in the example register (for practice only)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
