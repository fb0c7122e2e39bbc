"""What was agreed on a partner's delivery as a contract that other programs read: Open Data Contract Standard, version 3.

The declaration of the source is the contract; this is the same in the words of the standard, and is never edited.
"""

from __future__ import annotations

from typing import Any

from datawerkplaats.catalogue.partners import Categories, Micro
from datawerkplaats.catalogue.sources import Source

API_VERSION = "v3.0.1"
Fields = dict[str, Any]


def contract_of(source: Source, version: str) -> Fields:
    """The contract of a source with a row per person.

    Args:
        source: With its `micro`.
        version: Of the contract: that of the catalogue.
    """
    assert source.micro is not None
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": source.source_id,
        "name": source.title.en,
        "version": version,
        "status": "active",
        "description": {
            "purpose": source.title.nl,
            "usage": source.licence,
            "limitations": " ".join(source.known_issues),
        },
        "schema": [
            {
                "name": source.source_id,
                "logicalType": "object",
                "physicalType": "file",
                "physicalName": " or ".join(source.reader.files),
                "dataGranularityDescription": f"One row per {' and '.join(source.micro.unique)}",
                "properties": [_property(name, source.micro) for name in source.micro.columns],
                "quality": [
                    {
                        "type": "text",
                        "description": "No column beside these, and nothing that leads to a person: names, addresses, dates of"
                        " birth, citizen numbers, mail addresses and telephone numbers are refused at the door.",
                        "dimension": "conformity",
                        "severity": "error",
                    },
                    {
                        "type": "library",
                        "rule": "duplicateCount",
                        "description": f"Each combination of {', '.join(source.micro.unique)} once.",
                        "mustBe": 0,
                        "dimension": "uniqueness",
                        "severity": "error",
                    },
                ],
            }
        ],
        "roles": [
            {"role": "partner", "description": "Hands in deliveries of its own organisation and sees what they would change."},
            {"role": "steward", "description": "Accepts or rejects a delivery that somebody else handed in."},
        ],
        "slaProperties": [
            {"property": "frequency", "value": source.cadence},
            {"property": "latency", "value": source.expected_lag_days, "unit": "d"},
            {"property": "retention", "value": source.retention_days, "unit": "d", "element": source.micro.period},
        ],
        "customProperties": [
            {"property": "published", "value": ", ".join(source.micro.measures.codes)},
            {"property": "hiddenUpTo", "value": source.micro.rule.threshold},
            {"property": "hiddenAboveShare", "value": source.micro.rule.group_share},
            {"property": "finestArea", "value": source.micro.finest_level},
            {"property": "regionVintage", "value": source.region_vintage},
            {"property": "delimiter", "value": source.reader.delimiter},
            {"property": "encoding", "value": source.reader.encoding},
        ],
    }  # fmt: skip


def _property(name: str, micro: Micro) -> Fields:
    told: Fields = {"name": name, "required": name != micro.region, "classification": "confidential"}
    if name in micro.unique:
        told |= {"primaryKey": True, "primaryKeyPosition": micro.unique.index(name) + 1}
    if name == micro.person:
        return told | _text(
            "A pseudonym made with the partner's own key; it is checked and not kept.", micro.person_pattern
        )
    if name == micro.region:
        return told | _text(
            f"Code of a {micro.finest_level} or a larger area; empty where it is not known.",
            r"(PV|GM|WK|BU)?\d*",
        )
    if name == micro.period:
        return told | {
            "logicalType": "integer",
            "description": "The year.",
            "logicalTypeOptions": {"minimum": 1900, "maximum": 2099},
        }
    if name in micro.amounts:
        options = {"minimum": 0, "maximum": micro.amounts[name]}
        return told | {
            "logicalType": "integer",
            "description": "An amount per person.",
            "logicalTypeOptions": options,
        }
    if name == micro.weight:
        return told | {
            "logicalType": "number",
            "description": "The survey weight.",
            "logicalTypeOptions": {"minimum": 0},
        }
    agreed = next(one for one in micro.agreed if one.column == name)
    return told | {"logicalType": "string", "description": _meaning(agreed), "quality": [_values(agreed)]}


def _text(description: str, pattern: str) -> Fields:
    return {
        "logicalType": "string",
        "description": description,
        "logicalTypeOptions": {"pattern": f"^{pattern}$"},
    }


def _meaning(agreed: Categories) -> str:
    return "; ".join(f"{value}: {called}" for value, called in agreed.values.items())


def _values(agreed: Categories) -> Fields:
    return {
        "type": "library",
        "rule": "validValues",
        "validValues": list(agreed.values),
        "mustBe": 0,
        "unit": "rows",
        "dimension": "conformity",
        "severity": "error",
    }
