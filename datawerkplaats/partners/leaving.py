"""Which rows of a delivery are not read: of years that are past their time, and of persons who were erased.

A partner who does not know of an erasure delivers that person again. So what is kept of an erasure is a digest of the pseudonym,
under a key that follows from the key of this installation: it recognises the person at the door, and tells nobody who it is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.base.signing import signer_of
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.partners.agreed import YEAR
from datawerkplaats.partners.vault import private_files

_FILE = "erased.json"
_CHECK = "check"

Values = dict[str, list[str]]


@dataclass(frozen=True)
class Leaving:
    """What of a source is left out.

    Args:
        first_year: Rows of earlier years are past their time.
        erased: Digests of the pseudonyms of persons who were erased.
        key: With which the digests were made; empty where nobody was.
    """

    first_year: int
    erased: frozenset[str] = frozenset()
    key: bytes = b""

    @property
    def digest(self) -> str:
        """Changes when other rows are left out, so that a delivery is read again."""
        return f"{self.first_year} {hashlib.sha256(' '.join(sorted(self.erased)).encode()).hexdigest()[:16]}"

    def leaves(self, person: str, year: str) -> bool:
        """Whether a row is left out."""
        # What is no year is no old one either: the door refuses it.
        if YEAR.fullmatch(year) and int(year) < self.first_year:
            return True
        return bool(self.erased) and _digest(self.key, person) in self.erased

    def kept(self, source: Source, delivered: Values) -> Values:
        """The rows that are read; all of them where the columns to tell it by are missing, which is refused later."""
        micro = source.micro
        if micro is None or not {micro.person, micro.period} <= delivered.keys():
            return delivered
        pairs = zip(delivered[micro.person], delivered[micro.period], strict=True)
        stays = [not self.leaves(person, year) for person, year in pairs]
        if all(stays):
            return delivered
        return {
            name: [value for value, stay in zip(values, stays, strict=True) if stay]
            for name, values in delivered.items()
        }


def leaving(source: Source, settings: Settings, today: date | None = None) -> Leaving:
    """What of a source is left out today.

    Raises:
        DataProblem: `signing_key` if persons were erased under a key that is not the one of this installation any more.
    """
    first = first_year(source, today or datetime.now(UTC).date())
    told = _read(settings)
    erased = frozenset(told.get(source.source_id, ()))
    if not erased:
        return Leaving(first)
    key = _key(settings)
    if [_digest(key, _CHECK)] != told.get(_CHECK):
        raise DataProblem(
            "signing_key",
            subject=_FILE,
            expected="the key under which persons were erased",
            remedy="put the key back from the backup of DWP_KEYS_DIR: with another one they would come back unseen",
        )
    return Leaving(first, erased, key)


def first_year(source: Source, today: date) -> int:
    """The first year of which rows may still be kept."""
    if source.retention_days is None:
        return 0
    # A year ends on 31 December: one that ended on this day or later may stay.
    return (today - timedelta(days=source.retention_days)).year


def note_erased(source: Source, settings: Settings, persons: Iterable[str]) -> None:
    """Remember that these persons are not to come back."""
    key, told = _key(settings), _read(settings)
    fresh = {_digest(key, person) for person in persons}
    told |= {
        _CHECK: [_digest(key, _CHECK)],
        source.source_id: sorted({*told.get(source.source_id, ()), *fresh}),
    }
    with private_files():
        settings.private_dir.mkdir(parents=True, exist_ok=True)
        write_text(settings.private_dir / _FILE, json.dumps(told, indent=1))


def _key(settings: Settings) -> bytes:
    # A signature of ed25519 is the same every time, and nobody without the key can make it.
    return hashlib.sha256(signer_of(settings).sign(b"datawerkplaats erased persons").encode()).digest()


def _digest(key: bytes, person: str) -> str:
    return hmac.new(key, person.encode(), hashlib.sha256).hexdigest()


def _read(settings: Settings) -> dict[str, list[str]]:
    try:
        return dict(json.loads((settings.private_dir / _FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
