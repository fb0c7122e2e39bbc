"""Who may do what: roles, rights, and the one place where a right is asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Concatenate, ParamSpec, TypeVar

from datawerkplaats.base.errors import DataProblem

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


class Role(StrEnum):
    """What somebody is in the workplace; Dutch names are the reader's (`wording`)."""

    READER = "reader"
    PARTNER = "partner"
    ANALYST = "analyst"
    STEWARD = "steward"
    CHAIR = "chair"
    ENGINEER = "engineer"
    BOARD = "board"
    PRIVACY_OFFICER = "privacy_officer"
    ADVISORY_BODY = "advisory_body"


class Right(StrEnum):
    """What can be asked for."""

    READ = "read"
    WRITE_NOTE = "write_note"
    MODERATE = "moderate"
    TAKE_PART = "take_part"
    LEAD_SESSION = "lead_session"
    AGREE = "agree"
    ASK = "ask"
    DELIVER = "deliver"
    QUERY = "query"
    APPROVE = "approve"
    DECIDE = "decide"
    ADVISE = "advise"
    AUDIT = "audit"
    STOP = "stop"
    OPERATE = "operate"
    ANSWER = "answer"
    REGISTER = "register"
    ERASE = "erase"


_READER = {Right.READ}
_PARTNER = _READER | {Right.WRITE_NOTE, Right.TAKE_PART, Right.ASK, Right.DELIVER, Right.ANSWER}
_ANALYST = _PARTNER | {Right.QUERY}
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.READER: frozenset(_READER),
    Role.PARTNER: frozenset(_PARTNER),
    Role.ANALYST: frozenset(_ANALYST),
    Role.STEWARD: frozenset(_ANALYST | {Right.MODERATE, Right.APPROVE, Right.AGREE, Right.REGISTER}),
    Role.CHAIR: frozenset(_PARTNER | {Right.LEAD_SESSION, Right.AGREE, Right.DECIDE}),
    Role.ENGINEER: frozenset({Right.OPERATE}),
    Role.BOARD: frozenset(_READER | {Right.DECIDE, Right.ANSWER}),
    Role.PRIVACY_OFFICER: frozenset(_READER | {Right.AUDIT, Right.STOP, Right.ANSWER, Right.ERASE}),
    Role.ADVISORY_BODY: frozenset(_READER | {Right.ADVISE, Right.ANSWER}),
}


@dataclass(frozen=True)
class Subject:
    """Who acts: an identifier from the sign-in, roles, and the organisation they act for."""

    id: str
    roles: frozenset[Role]
    organisation: str = ""

    def may(self, right: Right) -> bool:
        """Whether one of the roles carries the right."""
        return any(right in RIGHTS[role] for role in self.roles)

    def role_for(self, right: Right) -> Role:
        """The role under which the right is used, for the log: the one with the fewest rights that has it."""
        able = [role for role in Role if role in self.roles and right in RIGHTS[role]]
        return min(able, key=lambda role: len(RIGHTS[role]))


NOBODY = Subject("", frozenset())
LOCAL = Subject(
    "local", frozenset(Role), "local"
)  # without a provider the one who sits at the machine is everybody


def require(subject: Subject, right: Right) -> None:
    """Stop with a sentence unless the subject has the right.

    Raises:
        DataProblem: `not_allowed`, naming the roles that may.
    """
    if not subject.may(right):
        able = ", ".join(role for role in Role if right in RIGHTS[role])
        raise DataProblem(
            "not_allowed",
            subject=right,
            expected=f"one of the roles {able}",
            found=", ".join(sorted(subject.roles)) or "no role",
            remedy="sign in with such a role, or ask the steward to do it",
        )


# Every function that reads or writes the store, with the right it asks for: the tests walk through all of them.
GUARDED: dict[str, Right] = {}
Guarded = Callable[Concatenate[S, Subject, P], R]


def needs(right: Right) -> Callable[[Guarded[S, P, R]], Guarded[S, P, R]]:
    """A function of store and subject that may only be called with a right."""

    def around(function: Guarded[S, P, R]) -> Guarded[S, P, R]:
        def guarded(store: S, subject: Subject, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(subject, right)
            return function(store, subject, *args, **kwargs)

        functools.update_wrapper(guarded, function)
        GUARDED[f"{guarded.__module__}.{guarded.__qualname__}"] = right
        return guarded

    return around
