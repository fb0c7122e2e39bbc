"""What the release that is served was made of, so that the next one can go on from it where only texts have changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datawerkplaats.base.code_hash import code_hash
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue
from datawerkplaats.catalogue.egress import load_egress
from datawerkplaats.publication import Earlier, Publication, PublicTable, raw
from datawerkplaats.publication.renew import TEXTS
from orchestration.made import Made, Node
from orchestration.node_keys import digest

# The gate that looks at figures only, and at nothing that a text could change.
_GATE = "disclosure"


def _path(settings: Settings) -> Path:
    return settings.data_dir / "dbt" / "published.json"


def remember(
    settings: Settings,
    publication: Publication,
    made: Made | None,
    relations: Mapping[str, tuple[str, str]],
    public: Sequence[PublicTable],
    catalogue: Catalogue,
) -> None:
    """Keep what a release was made of; nothing where that is not known."""
    if made is None:
        _path(settings).unlink(missing_ok=True)
        return
    told = {
        "publication": [publication.id, publication.manifest_sha256],
        "beside": _beside(settings, made, catalogue),
        "tables": {
            label: [node.text, node.columns] for label, node in _nodes(made, relations, public).items()
        },
        "raw": _raw(made, relations),
    }
    write_text(_path(settings), json.dumps(told))


def earlier(
    settings: Settings,
    served: Publication | None,
    made: Made | None,
    relations: Mapping[str, tuple[str, str]],
    public: Sequence[PublicTable],
    catalogue: Catalogue,
) -> Earlier | None:
    """The release that is served, if what is to be published differs from it in texts alone."""
    told = _read(settings)
    if served is None or made is None or not told:
        return None
    if told["publication"] != [served.id, served.manifest_sha256]:
        return None
    if told["beside"] != _beside(settings, made, catalogue):
        return None
    nodes, before = _nodes(made, relations, public), told["tables"]
    if nodes.keys() != before.keys() or len(nodes) != len(public):
        return None
    texts: dict[str, list[str]] = {}
    for label, node in nodes.items():
        text, columns = before[label]
        changed = {name for name in node.columns if node.columns[name] != columns.get(name)}
        # With one column that is decided by what it was, the rows are those that they were.
        if text != node.text or columns.keys() != node.columns.keys() or changed - TEXTS:
            return None
        if changed:
            texts[label] = sorted(changed)
    verdict = served.manifest["gates"].get(_GATE)
    verdicts = {_GATE: verdict} if verdict else {}
    same = frozenset(nodes) - set(texts)
    return Earlier(served, texts, same, verdicts, told.get("raw") == _raw(made, relations))


def _raw(made: Made, relations: Mapping[str, tuple[str, str]]) -> str:
    """A key of what open sources delivered, which stands in a file of its own."""
    return digest(
        *(made.key_of(key) for key, (schema, _) in sorted(relations.items()) if schema == raw.SCHEMA)
    )


def _nodes(
    made: Made, relations: Mapping[str, tuple[str, str]], public: Sequence[PublicTable]
) -> dict[str, Node]:
    wanted = {table.label for table in public}
    return {
        ".".join(name): made.nodes[key]
        for key, name in relations.items()
        if ".".join(name) in wanted and key in made.nodes
    }


def _beside(settings: Settings, made: Made, catalogue: Catalogue) -> str:
    """A key of what a release is made of beside its tables: the code that writes and judges it, and the rules of what goes out."""
    protected = {
        key: source.model_dump(mode="json") for key, source in catalogue.sources.items() if source.micro
    }
    code = code_hash(
        ["datawerkplaats.publication", "data_quality.disclosure_gate"], beside=["datawerkplaats.base"]
    )
    egress = load_egress(settings.catalogue_dir).model_dump(mode="json")
    return digest(made.for_all, settings.source, settings.region, protected, egress, code)


def _read(settings: Settings) -> dict[str, Any]:
    try:
        return dict(json.loads(_path(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
