"""Who gets in with which token: only one of our provider, for us, of now, with a group that has a role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import sign_in
from datawerkplaats.workplace.people import Role
from demo.sign_in import group_of, users, write_settings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def rules(tmp_path: Path) -> sign_in.Rules:
    return sign_in.load(*write_settings(tmp_path, 9400, 8501))


def token(
    given: timedelta = timedelta(0), lasts: timedelta = timedelta(hours=1), **other: Any
) -> dict[str, Any]:
    at = NOW + given
    return {
        "iss": "http://127.0.0.1:9400", "aud": "datawerkplaats", "sub": "chair", "groups": ["dwp-chair", "else"],
        "organisation": "GGD", "iat": at.timestamp(), "exp": (at + lasts).timestamp(), **other,
    }  # fmt: skip


def test_subject__has_the_roles_of_its_groups(rules: sign_in.Rules) -> None:
    found = sign_in.subject_of(token(), rules, NOW)
    assert (found.id, found.roles, found.organisation) == ("chair", frozenset({Role.CHAIR}), "GGD")
    several = sign_in.subject_of(token(groups=[group_of(Role.READER), group_of(Role.BOARD)]), rules, NOW)
    assert several.roles == {Role.READER, Role.BOARD}
    for_two = token(aud=["other", "datawerkplaats"], azp="datawerkplaats")
    assert sign_in.subject_of(for_two, rules, NOW).id == "chair"


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        (token(given=timedelta(hours=-2)), "sign in again"),
        (token(given=timedelta(hours=-9), lasts=timedelta(days=30)), "after eight hours"),
        (token(given=timedelta(hours=1)), "before now"),
        (token(aud="another"), "for this application"),
        (token(aud=["another", "datawerkplaats"], azp="another"), "for this application"),
        (token(aud=None), "for this application"),
        (token(iss="http://elsewhere"), "our own provider"),
        (token(groups=[]), "a group that has a role"),
        (token(groups="dwp-cha"), "a group that has a role"),
        (token(groups=7), "a group that has a role"),
        (token(groups=True), "a group that has a role"),
        (token(sub=" "), "says who"),
        (token(exp="never"), "until when"),
        ({key: value for key, value in token().items() if key != "exp"}, "until when"),
        ({}, "our own provider"),
    ],
)
def test_subject__everything_else_is_refused_with_a_sentence(
    rules: sign_in.Rules, claims: dict[str, Any], told: str
) -> None:
    with pytest.raises(DataProblem) as caught:
        sign_in.subject_of(claims, rules, NOW)
    assert caught.value.code == "sign_in_refused" and told in caught.value.sentence("en")


def test_rules__a_mistake_names_the_file_and_no_value(tmp_path: Path) -> None:
    one, two = write_settings(tmp_path, 9400, 8501)
    two.write_text("roles: {king: [a]}\n", encoding="utf-8")
    with pytest.raises(DataProblem, match=r"roles\.yml.*roles\.king"):
        sign_in.load(one, two)
    one.write_text('[auth]\nclient_id = "x"\nclient_secret = "hidden"\n', encoding="utf-8")
    with pytest.raises(DataProblem, match=r"sign_in\.toml") as caught:
        sign_in.load(one, two)
    assert "hidden" not in str(caught.value)


def test_demo__has_a_user_of_every_role() -> None:
    assert {user["sub"] for user in users()} == {*Role, "zonder-groep"}
