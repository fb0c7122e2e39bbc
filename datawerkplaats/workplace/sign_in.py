"""From what a provider of OpenID Connect says of somebody to a subject with roles, by rules that the region declares.

The web server has checked the signature of the identity token (OpenID Connect Core 1.0, 3.1.3.7). Whose it is, for whom, and until
when is checked here once more: a library's default is no rule of ours. A visit ends with the token, and after eight hours at most.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace.people import Role, Subject

LONGEST = timedelta(hours=8)
_CLOCKS_DIFFER = timedelta(minutes=2)
_DISCOVERY = "/.well-known/openid-configuration"


class Mapped(BaseModel):
    """The file with roles: which groups of the provider have which role, and which pages are open to everybody."""

    model_config = ConfigDict(extra="forbid")

    groups_claim: str = "groups"
    organisation_claim: str = "organisation"
    roles: dict[Role, list[str]] = Field(min_length=1)
    anonymous_pages: list[str] = []


@dataclass(frozen=True)
class Rules:
    """What a token must say, and what follows from it."""

    issuer: str
    audience: str
    mapped: Mapped

    @property
    def metadata_url(self) -> str:
        """Where the provider tells of itself."""
        return self.issuer + _DISCOVERY


def load(sign_in_file: Path, roles_file: Path) -> Rules:
    """The rules from Streamlit's own file with the section `[auth]` and the file with roles.

    Raises:
        DataProblem: `sign_in_settings`, naming the file and the field; never a value of it.
    """
    try:
        auth = dict(tomllib.loads(sign_in_file.read_text(encoding="utf-8"))["auth"])
        address, audience = str(auth["server_metadata_url"]), str(auth["client_id"])
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise _wrong(
            sign_in_file,
            "a section [auth] with server_metadata_url, client_id, client_secret, redirect_uri and cookie_secret",
        ) from error
    if not address.endswith(_DISCOVERY):
        raise _wrong(sign_in_file, f"a server_metadata_url that ends in {_DISCOVERY}")
    try:
        mapped = Mapped.model_validate(yaml.safe_load(roles_file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise _wrong(roles_file, "a YAML file with roles and their groups") from error
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise _wrong(roles_file, f"{place or 'the file'}: {error.errors()[0]['msg']}") from error
    return Rules(address.removesuffix(_DISCOVERY), audience, mapped)


def _wrong(file: Path, expected: str) -> DataProblem:
    return DataProblem(
        "sign_in_settings",
        subject=file.name,
        expected=expected,
        remedy="correct the file (docs/operations.md)",
    )


def ends_at(claims: Mapping[str, Any]) -> datetime:
    """When the visit ends: with the token, and eight hours after it was given at the latest."""
    given, until = (datetime.fromtimestamp(float(claims[name]), UTC) for name in ("iat", "exp"))
    return min(until, given + LONGEST)


def subject_of(claims: Mapping[str, Any], rules: Rules, now: datetime) -> Subject:
    """Who signed in, with the roles of their groups.

    Args:
        claims: What the identity token says, its signature already checked.
        rules: What it must say.
        now: The time, with a zone.

    Raises:
        DataProblem: `sign_in_refused` if the token is of another provider, for another application, incomplete or over, or if
            none of the groups has a role.
    """
    for_whom = claims.get("aud")
    audience = for_whom if isinstance(for_whom, list) else [for_whom]
    if str(claims.get("iss", "")).rstrip("/") != rules.issuer.rstrip("/"):
        raise _refused("a token of our own provider", "sign in anew from this page")
    # A token for several applications may be replayed by another of them, unless it says that we asked for it.
    if rules.audience not in audience or (len(audience) > 1 and claims.get("azp") != rules.audience):
        raise _refused("a token for this application", "sign in anew from this page")
    try:
        end = ends_at(claims)
        given = datetime.fromtimestamp(float(claims["iat"]), UTC)
        person = str(claims["sub"]).strip()
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _refused("a token that says who, since when and until when", "tell the steward") from error
    if not person or given > now + _CLOCKS_DIFFER:
        raise _refused("a token that says who, and that was given before now", "tell the steward")
    if now >= end:
        raise _refused(
            "a visit that is not over", "sign in again: a visit ends with its token, and after eight hours"
        )
    groups = claims.get(rules.mapped.groups_claim) or []
    of_person = {str(group) for group in (groups if isinstance(groups, list | tuple) else [groups])}
    roles = frozenset(role for role, names in rules.mapped.roles.items() if of_person & set(names))
    if not roles:
        raise _refused("a group that has a role here", "ask the steward to put you in such a group")
    return Subject(person[:200], roles, str(claims.get(rules.mapped.organisation_claim) or "")[:120])


def _refused(expected: str, remedy: str) -> DataProblem:
    return DataProblem("sign_in_refused", subject="sign-in", expected=expected, remedy=remedy)
