"""One publisher and four readers for ten seconds: nobody meets an error and nobody reads half a publication."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT

SECONDS = 10.0

READER = """
import json, sys, time
from pathlib import Path
from datawerkplaats.publication import Reader

reader, end, count = Reader(Path(sys.argv[1])), float(sys.argv[2]), {"reads": 0, "torn": 0, "errors": [], "seen": []}
while time.time() < end:
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
import sys, time
from pathlib import Path
from datawerkplaats import publication
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

folder, end, number = Path(sys.argv[1]), float(sys.argv[2]), 0
# Two warehouses of different size in turn; the number of rows is the stamp that every row and the origin carry.
sources = [(warehouse(folder / f"warehouse_{n}.duckdb", str(n), n), str(n)) for n in (20_000, 30_000)]
print("ready", flush=True)
while time.time() < end or number == 0:
    source, stamp = sources[number % 2]
    publication.publish(folder / "publish", source, PUBLIC, release(stamp), CHECKS)
    number += 1
    if number == 1:
        print("published", flush=True)
print(number, flush=True)
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    )


def test_publication__ten_seconds_of_one_publisher_and_four_readers(tmp_path: Path) -> None:
    end = str(time.time() + SECONDS + 2)
    publisher = start(PUBLISHER, str(tmp_path), end)
    assert publisher.stdout is not None
    assert [publisher.stdout.readline().strip() for _ in range(2)] == ["ready", "published"]
    readers = [start(READER, str(tmp_path / "publish"), end) for _ in range(4)]
    results = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    published = int(publisher.communicate(timeout=60)[0])
    assert publisher.returncode == 0
    print(f"{published} publications, {sum(r['reads'] for r in results)} reads")
    assert [result["errors"] for result in results] == [[], [], [], []]
    assert [result["torn"] for result in results] == [0, 0, 0, 0]
    # The test says nothing if the readers saw only one publication.
    assert published > 3
    assert all(result["reads"] > 10 and result["seen"] > 1 for result in results)
