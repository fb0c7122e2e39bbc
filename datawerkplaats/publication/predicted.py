"""What a release predicts, in a file of its own. Only `governance.predictions` reads it, after looking at the decisions
(an import contract holds everybody to that)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.publication.store import Publication, predicted_name
from datawerkplaats.publication.verify import verify_file


@dataclass(frozen=True)
class PredictedPart:
    """The second file of a release, with the size and hash that the signed manifest tells."""

    publication: Publication
    path: Path
    size: int
    sha256: str
    is_apart: bool

    def verify(self) -> None:
        """Nothing, if the file has the bytes that were signed; read once per process.

        Raises:
            DataProblem: `publication_damaged`.
            FileNotFoundError: If it has been cleared away.
        """
        verify_file(self.publication, self.path, self.size, self.sha256)


def part_of(publication: Publication) -> PredictedPart:
    """What a release predicts; of one from before predictions lay apart, the file that holds everything."""
    told = publication.manifest.get("predicted")
    entry = (told or publication.manifest)["file"]
    path = publication.path.with_name(predicted_name(publication.id)) if told else publication.path
    return PredictedPart(publication, path, int(entry["bytes"]), str(entry["sha256"]), bool(told))
