"""Keyed pseudonyms, made at the partner: the key never leaves the station, and there is one per purpose and year."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import re
import secrets
from pathlib import Path

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.identifiers import name_tells, values_tell
from datawerkplaats.partners.vault import private_files

_PURPOSE = re.compile(r"[a-z][a-z0-9_]{2,40}")
_DIGITS = 32


def key_of(folder: Path, purpose: str, year: int) -> bytes:
    """The key for a purpose and year, made at first use and readable for its owner only.

    Raises:
        DataProblem: `input_refused` if the purpose is no plain name.
    """
    if not _PURPOSE.fullmatch(purpose):
        raise DataProblem(
            "input_refused",
            subject="purpose",
            expected="small letters, digits and underscores, such as youth_care",
            found=purpose[:40],
        )
    path = folder / f"pseudonym_{purpose}_{year}.key"
    with private_files(), files.locked(folder / "pseudonym.lock"):
        if not path.exists():
            files.write_bytes(path, secrets.token_bytes(32))
    return path.read_bytes()


def pseudonymise(
    source: Path, target: Path, column: str, key: bytes, *, delimiter: str = ";", name: str = "pseudonym"
) -> int:
    """Write a copy of a CSV file with one column replaced by its pseudonym; how many rows there were.

    Args:
        source: The file as it comes from the partner's own systems.
        target: Where the copy comes.
        column: The column with the number of the person; it is not written.
        key: The key of this purpose and year.
        delimiter: Delimiter of both files.
        name: What the column with pseudonyms is called.

    Raises:
        DataProblem: If the column is missing or empty somewhere, or another column would lead to a person.
    """
    try:
        text = source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataProblem(
            "wrong_encoding", subject=source.name, expected="a CSV file in UTF-8", remedy="save it as UTF-8"
        ) from error
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="")
    heading = list(reader.fieldnames or [])
    if column not in heading or name in heading:
        raise DataProblem(
            "missing_column", subject=source.name, where=f"column {column}",
            expected=f"the column with the number of the person, and none called {name} yet",
            remedy="name the column with --column",
        )  # fmt: skip
    rows = list(reader)
    uneven = next((i for i, row in enumerate(rows, 1) if "" in row or None in row.values()), 0)
    if uneven:
        raise DataProblem(
            "uneven_row", subject=source.name, where=f"row {uneven}", remedy="deliver the file again"
        )
    others = [one for one in heading if one != column]
    for place, other in enumerate(heading, 1):
        # A column that leads to a person would be sent on beside the pseudonym and undo it.
        told = other != column and (name_tells(other) or values_tell([row[other] for row in rows]))
        if told:
            raise DataProblem(
                "direct_identifier", subject=source.name, where=f"column {place}", found=str(told),
                expected="one column with a number of the person, and it is the one replaced", remedy="leave this column out",
            )  # fmt: skip
    empty = next((i for i, row in enumerate(rows, 1) if not row[column].strip()), 0)
    if empty:
        raise DataProblem(
            "not_a_number",
            subject=source.name,
            where=f"column {column}, row {empty}",
            expected="a number of the person",
        )
    with (
        private_files(),
        files.written(target) as unfinished,
        unfinished.open("w", encoding="utf-8", newline="") as stream,
    ):
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow([name, *others])
        for row in rows:
            writer.writerow([pseudonym(key, row[column]), *(row[other] for other in others)])
    return len(rows)


def pseudonym(key: bytes, number: str) -> str:
    """The pseudonym of a person: HMAC-SHA-256 with the partner's key (RFC 2104), 128 bits of it.

    A number is read without blanks, dots and leading zeros, so that two ways of writing it are one person.
    """
    plain = re.sub(r"[\s.]", "", number).lstrip("0").upper()
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:_DIGITS]
