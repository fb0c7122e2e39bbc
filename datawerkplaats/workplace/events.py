"""The log: what happened, by whom, chained so that nothing can be changed, removed or moved without a trace.

An event's hash covers its number, time, actor, role, object, verb, body and the hash of the event before it (canonical JSON,
RFC 8785 in spirit: sorted keys, no blanks, UTF-8). The hash and the number of the newest event are signed outside the database
at each commit (`head`), so that a tail that was cut off shows as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

FIRST = "0" * 64


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    number: int
    at: str
    actor: str
    role: str
    object_type: str
    object_id: str
    verb: str
    body: str  # canonical JSON
    previous_hash: str
    hash: str


def canonical(content: Any) -> str:
    """JSON in exactly one form per content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_of(one: Event) -> str:
    """The hash of an event from all of its fields but the hash."""
    fields = {name: value for name, value in asdict(one).items() if name != "hash"}
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def made(
    number: int,
    at: str,
    actor: str,
    role: str,
    object_type: str,
    object_id: str,
    verb: str,
    body: Any,
    previous: str,
) -> Event:
    """The event with its hash."""
    unsigned = Event(number, at, actor, role, object_type, object_id, verb, canonical(body), previous, "")
    return replace(unsigned, hash=hash_of(unsigned))


def first_fault(events: Iterable[Event], head_number: int, head_hash: str) -> str:
    """What is wrong with a log, in words; nothing if it is whole.

    Args:
        events: All events in the order of their numbers.
        head_number: How many events there were when the head was signed.
        head_hash: The hash of the newest of them; `FIRST` where there was none.
    """
    previous, count, at_head = FIRST, 0, FIRST
    for one in events:
        count += 1
        if one.number != count:
            return f"event {count} is missing: the next one has number {one.number}"
        if one.previous_hash != previous:
            return f"event {one.number} does not follow on the one before it"
        if hash_of(one) != one.hash:
            return f"event {one.number} was changed after it was written"
        previous = one.hash
        if count == head_number:
            at_head = one.hash
    if count < head_number:
        return f"the last {head_number - count} of {head_number} signed events are missing"
    if at_head != head_hash:
        return f"event {head_number} is not the one that was signed"
    return ""
