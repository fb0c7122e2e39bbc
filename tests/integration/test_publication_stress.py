"""One publisher and four readers at once: nobody meets an error and nobody reads half a publication."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.browser import until

pytestmark = pytest.mark.busy
# Each reader goes on until it has met so many publications, and the publisher until the readers have.
PUBLICATIONS, READS = 4, 20

READER = """
import json, sys
from pathlib import Path
from datawerkplaats.publication import Reader

reader, count = Reader(Path(sys.argv[1])), {"reads": 0, "torn": 0, "errors": [], "seen": []}
while (len(count["seen"]) < int(sys.argv[2]) or count["reads"] < int(sys.argv[3])) and not count["errors"]:
    try:
        opened = reader.open()
        with opened.connection as con:
            ((identity, hashes),) = con.sql("select publication_id, snapshot_hashes from meta.publication").fetchall()
            counted = "select count(*), min(snapshot_id), max(snapshot_id) from indicator.fct_indicator"
            ((rows, first, last),) = con.sql(counted).fetchall()
        promised = {table["name"]: table["rows"] for table in opened.publication.manifest["tables"]}["fct_indicator"]
        stamp = json.loads(hashes)["source_a"]
        whole = identity == opened.publication.id and rows == promised == int(stamp) and first == last == stamp
        count["reads"] += 1
        count["torn"] += not whole
        if identity not in count["seen"]:
            count["seen"].append(identity)
    except Exception as error:
        count["errors"].append(f"{type(error).__name__}: {error}")
print(json.dumps({**count, "seen": len(count["seen"])}))
"""

PUBLISHER = """
import sys
from pathlib import Path
from datawerkplaats import publication
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

folder, number = Path(sys.argv[1]), 0
# Two warehouses of different size in turn; the number of rows is the stamp that every row and the origin carry.
sources = [(warehouse(folder / f"warehouse_{n}.duckdb", str(n), n), str(n)) for n in (2_000, 3_000)]
while not (folder / "enough").exists():
    source, stamp = sources[number % 2]
    publication.publish(folder / "publish", source, PUBLIC, release(stamp), CHECKS)
    number += 1
print(number)
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_publication__one_publisher_and_four_readers_at_once(tmp_path: Path) -> None:
    publisher = start(PUBLISHER, tmp_path)
    try:
        until((tmp_path / "publish" / "current.json").exists, "nothing was published")
        readers = [start(READER, tmp_path / "publish", PUBLICATIONS, READS) for _ in range(4)]
        results = [json.loads(reader.communicate()[0]) for reader in readers]
    finally:
        (tmp_path / "enough").touch()
        published = int(publisher.communicate()[0])
    assert publisher.returncode == 0
    assert [result["errors"] for result in results] == [[], [], [], []]
    assert [result["torn"] for result in results] == [0, 0, 0, 0]
    assert all(result["reads"] >= READS and result["seen"] >= PUBLICATIONS for result in results)
    assert published >= PUBLICATIONS
