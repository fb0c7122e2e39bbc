"""What a release tells of itself to others: a permanent id, how to cite it, and its description for catalogues.

Beside the Parquet files lie `datapackage.json` (Frictionless Data Package), `dcat.jsonld` (DCAT-AP-NL 3) and
`CITATION.cff` (Citation File Format 1.2), each made of what is in the release and of nothing else.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from datawerkplaats.base import files
from datawerkplaats.publication.tables import PublicTable

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_TYPES = {
    "BOOLEAN": "boolean",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}
NAMES = ("datapackage.json", "dcat.jsonld", "CITATION.cff")


def permanent_id(sha256: str) -> str:
    """The id of a release for ever: it follows from the bytes of its file, so that nobody can give it to other figures."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'datawerkplaats:release:{sha256}')}"


def citation(title: str, publication_id: str, published_at: datetime, identifier: str) -> str:
    """How to name a release, on one line."""
    return f"{title} ({published_at.year}). Release {publication_id} [data set]. {identifier}"


def write_descriptions(
    folder: Path, manifest: dict[str, Any], public: Sequence[PublicTable], published_at: datetime
) -> None:
    """Write the three descriptions into the folder of a release's Parquet files.

    Args:
        folder: Where the Parquet files are.
        manifest: Of the release, with `permanent_id`, `citation` and its tables.
        public: The tables with their descriptions and keys.
        published_at: When it was published.
    """
    described = {table.label: table for table in public}
    contents = (
        json.dumps(_frictionless(manifest, described), ensure_ascii=False, indent=1),
        json.dumps(_dcat(manifest, described, published_at), ensure_ascii=False, indent=1),
        yaml.safe_dump(_cff(manifest, published_at), allow_unicode=True, sort_keys=False),
    )
    for name, content in zip(NAMES, contents, strict=True):
        files.write_text(folder / name, content)
        (folder / name).chmod(0o444)


def _label(table: dict[str, Any]) -> str:
    return f"{table['schema']}.{table['name']}"


def _frictionless(manifest: dict[str, Any], described: dict[str, PublicTable]) -> dict[str, Any]:
    resources = []
    for table in manifest["tables"]:
        about = described.get(_label(table))
        comments = dict(about.columns) if about else {}
        required = set(about.required) if about else set()
        schema: dict[str, Any] = {
            "fields": [
                {
                    "name": column["name"],
                    "type": _TYPES.get(column["type"], "string"),
                    **({"description": comments[column["name"]]} if comments.get(column["name"]) else {}),
                    **({"constraints": {"required": True}} if column["name"] in required else {}),
                }
                for column in table["columns"]
            ]
        }
        if about and about.keys:
            schema["primaryKey"] = list(about.keys[0])
        resources.append(
            {
                "name": _label(table).replace("_", "-").lower(),
                "path": table["parquet"]["path"],
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": table["parquet"]["bytes"],
                "hash": f"sha256:{table['parquet']['sha256']}",
                **({"description": about.description} if about and about.description else {}),
                "schema": schema,
            }
        )
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"release-{manifest['publication_id']}".replace("_", "-"),
        "id": manifest["permanent_id"],
        "title": manifest["title"],
        "description": manifest["citation"],
        "version": manifest["publication_id"],
        "created": manifest["published_at"],
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE}],
        "resources": resources,
    }


def _dcat(
    manifest: dict[str, Any], described: dict[str, PublicTable], published_at: datetime
) -> dict[str, Any]:
    def text(words: str) -> dict[str, str]:
        return {"@value": words, "@language": "nl"}

    publisher = {
        "@id": "urn:datawerkplaats:publisher",
        "@type": "foaf:Agent",
        "foaf:name": text(manifest["title"]),
    }
    distributions = [
        {
            "@id": f"{manifest['permanent_id']}#{_label(table)}",
            "@type": "dcat:Distribution",
            "dct:title": text(_label(table)),
            "dct:description": text(
                described[_label(table)].description if _label(table) in described else _label(table)
            ),
            "dcat:accessURL": {"@id": table["parquet"]["path"]},
            "dct:license": {"@id": LICENCE},
            "dct:format": {"@id": f"{_AUTHORITY}/file-type/PARQUET"},
            "dcat:byteSize": {"@value": str(table["parquet"]["bytes"]), "@type": "xsd:nonNegativeInteger"},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": {"@value": table["parquet"]["sha256"], "@type": "xsd:hexBinary"},
            },
        }
        for table in manifest["tables"]
    ]
    moment = {"@value": published_at.isoformat(), "@type": "xsd:dateTime"}
    previous = manifest.get("previous")
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": manifest["permanent_id"],
        "@type": "dcat:Dataset",
        "dct:identifier": manifest["permanent_id"],
        "dct:title": text(manifest["title"]),
        "dct:description": text(f"De cijfers van {manifest['title']}, met marges en herkomst."),
        "dct:publisher": publisher,
        "dct:creator": publisher,
        "dcat:contactPoint": {
            "@type": "vcard:Kind",
            "vcard:fn": text(manifest["title"]),
        },
        "dct:accessRights": {"@id": f"{_AUTHORITY}/access-right/PUBLIC"},
        "dct:license": {"@id": LICENCE},
        "dcat:theme": {"@id": f"{_AUTHORITY}/data-theme/HEAL"},
        "dct:language": {"@id": f"{_AUTHORITY}/language/NLD"},
        "dct:spatial": {"@id": f"{_AUTHORITY}/country/NLD"},
        "dct:issued": moment,
        "dct:modified": moment,
        "dcat:version": manifest["publication_id"],
        **({"dcat:previousVersion": previous} if previous else {}),
        "dct:bibliographicCitation": manifest["citation"],
        "dcat:distribution": distributions,
    }


def _cff(manifest: dict[str, Any], published_at: datetime) -> dict[str, Any]:
    return {
        "cff-version": "1.2.0",
        "message": "If you use these figures, cite this release.",
        "type": "dataset",
        "title": manifest["title"],
        "version": manifest["publication_id"],
        "date-released": published_at.date().isoformat(),
        "license": "CC-BY-4.0",
        "authors": [{"name": manifest["title"]}],
        "identifiers": [{"type": "other", "value": manifest["permanent_id"], "description": "Permanent id"}],
    }
