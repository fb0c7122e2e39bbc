"""`python -m demo.sign_in --port 9400`: a provider with one made-up user per role.

For trying out only: it asks for no password and listens on this machine alone. The tests use the same one (`oidc-provider-mock`).
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from pathlib import Path

import yaml

from datawerkplaats.base import files
from datawerkplaats.workplace.people import Role

HOST = "127.0.0.1"
ORGANISATIONS = {Role.READER: "Gemeente Turfdam", Role.PARTNER: "GGZ Veenland", Role.CHAIR: "GGD Veenland"}
OUTSIDER = "zonder-groep"


def users() -> list[dict[str, str | list[str]]]:
    """One user per role, named after it, and one whom nobody gave a group."""
    of_role: list[dict[str, str | list[str]]] = [
        {
            "sub": role.value,
            "groups": [group_of(role)],
            "organisation": ORGANISATIONS.get(role, "GGD Veenland"),
        }
        for role in Role
    ]
    return [*of_role, {"sub": OUTSIDER, "groups": []}]


def group_of(role: Role) -> str:
    """What the provider calls the group with a role."""
    return f"dwp-{role.value}"


def write_settings(folder: Path, port: int, app_port: int) -> tuple[Path, Path]:
    """The two files that a region writes by hand: how to reach the provider, and which group has which role."""
    auth = {
        "redirect_uri": f"http://{HOST}:{app_port}/oauth2callback", "cookie_secret": secrets.token_urlsafe(32),
        "client_id": "datawerkplaats", "client_secret": secrets.token_urlsafe(16),
        "server_metadata_url": f"http://{HOST}:{port}/.well-known/openid-configuration",
    }  # fmt: skip
    lines = ["[auth]", *(f"{name} = {json.dumps(value)}" for name, value in auth.items())]
    files.write_text(folder / "sign_in.toml", "\n".join(lines) + "\n")
    (folder / "sign_in.toml").chmod(0o600)
    mapped = {
        "roles": {role.value: [group_of(role)] for role in Role},
        "anonymous_pages": ["start", "woordenlijst"],
    }
    files.write_text(folder / "roles.yml", yaml.safe_dump(mapped, sort_keys=False))
    return folder / "sign_in.toml", folder / "roles.yml"


def main() -> None:
    """Be the provider until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9400)
    parser.add_argument("--minutes", type=int, default=480, help="how long a token is valid")
    asked = parser.parse_args()
    try:
        from oidc_provider_mock.__main__ import run
    except ImportError:
        sys.exit(
            "The provider for trying out is not installed: `make run AUTH=demo` installs it, or add the extra dev."
        )
    given = [argument for user in users() for argument in ("--user-claims", json.dumps(user))]
    run(["--port", str(asked.port), "--host", HOST, "--token-max-age", str(asked.minutes * 60), *given])


if __name__ == "__main__":
    main()
