"""Which releases stay: what is pinned or referred to for ever, the others by a setting."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.publication import seal
from datawerkplaats.publication.seal import Kind
from datawerkplaats.publication.serving import named
from datawerkplaats.publication.store import publisher_lock, write_json

PINS = "pins.json"


@dataclass(frozen=True)
class Retention:
    """How long releases stay that nobody pinned or refers to: all of the last `days`, the last of each month for `months`
    months, and after that the last of each quarter for ever."""

    days: int = 30
    monthly: bool = True
    months: int = 12


def retention_of(settings: Settings) -> Retention:
    """What the settings say."""
    return Retention(settings.keep_days, settings.keep_monthly, settings.keep_months)


@lru_cache(maxsize=4096)
def moment_of(publication_id: str) -> datetime | None:
    """When a release was made, by its id; nothing for an id that tells no moment."""
    try:
        return datetime.strptime(publication_id[:15], "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def agreed_now(history: Sequence[str], now: datetime) -> datetime:
    """Until when ages are counted: the moment of the release before the newest, where the clock tells a later one.

    So what a clock says that is a year ahead for one night removes nothing: the release of the night after tells that it was wrong.
    """
    before = moment_of(history[-2]) if len(history) > 1 else None
    return min(now, before or now)


def lasting(history: Sequence[str], always: Collection[str], rule: Retention, now: datetime) -> list[str]:
    """The releases that stay, in their order. The newest always does, and so does one whose id tells no moment.

    Args:
        history: Ids, oldest first.
        always: Pinned and referred ones.
        rule: What else stays.
        now: The moment of clearing up, with time zone.
    """
    last_of = {part: one for one in history for part in _parts(one)}
    kept = []
    for publication_id in history:
        moment = moment_of(publication_id)
        stays = (
            publication_id in always
            or publication_id == history[-1]
            or moment is None
            or now - moment < timedelta(days=rule.days)
            or (
                rule.monthly
                and last_of[_parts(publication_id)[_months(now) - _months(moment) >= rule.months]]
                == publication_id
            )
        )
        if stays:
            kept.append(publication_id)
    return kept


@lru_cache(maxsize=4096)
def _parts(publication_id: str) -> tuple[str, str]:
    """The month and the quarter in which a release was made."""
    moment = moment_of(publication_id)
    if moment is None:
        return publication_id, publication_id
    return f"{moment:%Y%m}", f"{moment:%Y}Q{(moment.month - 1) // 3}"


def _months(moment: datetime) -> int:
    return moment.year * 12 + moment.month


def pins(publish_dir: Path) -> dict[str, dict[str, str]]:
    """Per pinned release the reason, who asked and when.

    Raises:
        DataProblem: `publication_damaged` if they cannot be read, `publication_forged` if they are not signed by us.
    """
    try:
        content: dict[str, Any] = json.loads((publish_dir / PINS).read_text(encoding="utf-8"))
        found = {
            str(name): {str(k): str(v) for k, v in told.items()} for name, told in content["pins"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataProblem(
            "publication_damaged",
            subject=PINS,
            expected="the pins as they were signed",
            found=type(error).__name__,
            remedy="put it back from a backup, or remove it and pin again with `dwp pin`",
        ) from error
    seal.require_sealed(Kind.PINS, content, PINS)
    return found


def pin(publish_dir: Path, publication_id: str, reason: str, by: str) -> None:
    """Keep a release for ever.

    Raises:
        DataProblem: `no_publication` if it is not there, `publication_withdrawn` if it was withdrawn.
    """
    with publisher_lock(publish_dir):
        found = named(publish_dir, publication_id)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        _write(publish_dir, {**pins(publish_dir), found.id: {"reason": reason, "by": by, "at": at}})


def unpin(publish_dir: Path, publication_id: str) -> bool:
    """No longer keep a release for ever; whether it was pinned. Time decides again at the next publication."""
    with publisher_lock(publish_dir):
        known = pins(publish_dir)
        if publication_id not in known:
            return False
        _write(publish_dir, {name: told for name, told in known.items() if name != publication_id})
    return True


def _write(publish_dir: Path, content: dict[str, dict[str, str]]) -> None:
    write_json(publish_dir / PINS, seal.sealed(Kind.PINS, {"pins": content}))
