"""What the release that is shown predicts, as pages reach it: by the one function that looks at the decisions first."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from apps.dashboard.data.release import Release
from datawerkplaats import publication
from datawerkplaats.base.settings import get_settings

if TYPE_CHECKING:
    from datawerkplaats.governance.artefacts import Artefact
    from datawerkplaats.governance.gate import Blocker

# What reads the register brings in the database library: a page that predicts nothing should not wait for that.


def artefact(release: Release) -> Artefact:
    """What a release predicts with; empty where it predicts nothing, or where it was cleared away while it was shown."""
    from datawerkplaats.governance import artefacts, predictions

    with suppress(FileNotFoundError):
        return predictions.artefact(publication.of_file(release.path))
    return artefacts.NONE


def blockers(release: Release) -> list[Blocker]:
    """What keeps the predictions of a release closed."""
    from datawerkplaats.governance import predictions

    return predictions.blockers(publication.of_file(release.path), get_settings())


def figures(release: Release) -> Release:
    """The release as somebody's own SQL reads it: the figures alone.

    Raises:
        DataProblem: `predictions_closed` for a release that has its predictions among the figures.
    """
    from datawerkplaats.governance import predictions

    return replace(release, path=predictions.figures(publication.of_file(release.path), get_settings()))


def opened(release: Release) -> Release:
    """The release as its predictions read it: asked anew each time, so that a gate that closes closes at once.

    Raises:
        DataProblem: `predictions_closed`, `predictions_absent` or `publication_damaged`.
    """
    from datawerkplaats.governance import predictions

    return replace(release, path=predictions.opened(publication.of_file(release.path), get_settings()))
