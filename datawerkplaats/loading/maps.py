"""From a map service to a snapshot: the polygons of regions."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.files import Build, Loaded
from datawerkplaats.loading.readers import too_large
from datawerkplaats.loading.readers.validation import no_rows
from datawerkplaats.loading.services import client_for
from datawerkplaats.loading.snapshot import SnapshotFolder
from datawerkplaats.loading.web_answer import AddressNotFoundError

if TYPE_CHECKING:
    import httpx

FEATURES_PER_REQUEST = 1_000  # the most that PDOK sends at once
MOST_FEATURES = 100_000


def load_regions(
    source: Source,
    settings: Settings,
    folder: SnapshotFolder,
    transport: httpx.BaseTransport | None,
    received: list[Path],
) -> Loaded:
    """Loads polygons from a map service, in as many requests as its limit asks for.

    Raises:
        DataProblem: If the service is silent, or what it sends is no map of regions.
    """
    from datawerkplaats.loading.readers.geojson import features_of, region_columns

    build = Build(source, settings, folder, source.source_id)
    start, count = 0, FEATURES_PER_REQUEST
    with (
        client_for(settings.pdok_url.rstrip("/"), source, settings, transport) as web,
        build.writer([], []) as writer,
    ):
        while count == FEATURES_PER_REQUEST:
            if start > MOST_FEATURES:
                raise too_large(source.source_id, f"at most {MOST_FEATURES:,} polygons", "more")
            page = build.raw / f"features_{start:06d}.geojson.gz"
            subject = f"{source.source_id}, {page.name}"
            query = urlencode({"count": FEATURES_PER_REQUEST, "startIndex": start})
            try:
                part = web.download(f"{source.reader.url}&{query}", page)
            except AddressNotFoundError as error:
                raise _no_such_map(source, str(error)) from error
            received.append(page)
            features = features_of(gzip.decompress(page.read_bytes()), subject)
            count = len(features)
            if features:
                writer.add_columns(region_columns(features, source, subject))
                writer.keep_part(part)
            start += count
        if writer.rules is None:
            raise no_rows(source.source_id)
        content = writer.finish()
    return build.accept(writer, content)


def _no_such_map(source: Source, address: str) -> DataProblem:
    return DataProblem(
        "table_not_found",
        subject=source.source_id,
        where=address,
        expected="a layer of polygons",
        found="HTTP 404",
        remedy="check reader.url of the source, or deliver the polygons as a file",
    )
