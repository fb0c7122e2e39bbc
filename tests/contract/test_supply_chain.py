"""Every package that is installed is pinned with the hashes of its files, and its licence goes with ours."""

from __future__ import annotations

import json
import re

from datawerkplaats.base.settings import PROJECT_ROOT
from tests import supply_chain
from tests.supply_chain import (
    DEV,
    EXAMINED,
    RUNTIME,
    goes_with_eupl,
    is_installed,
    licence,
    pins,
    told_of_audit,
)

_UV = PROJECT_ROOT / "requirements-uv.lock"


def test_locks__give_hashes_of_every_package() -> None:
    for lock in (RUNTIME, DEV, _UV):
        listed = pins(lock)
        assert listed and not [pin.name for pin in listed if not pin.hashes], lock.name
        lines = [line for line in lock.read_text().splitlines() if re.match(r"[A-Za-z0-9]", line)]
        assert len(lines) == len(listed), "a line that is no pin would be installed unseen"


def test_locks__pin_the_same_versions() -> None:
    runtime, dev = ({pin.name: (pin.version, pin.hashes) for pin in pins(lock)} for lock in (RUNTIME, DEV))
    assert runtime.items() <= dev.items()


def test_makefile__installs_with_hashes_and_the_certificates_of_the_system() -> None:
    text = (PROJECT_ROOT / "Makefile").read_text()
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert installs and all("--require-hashes" in line for line in installs)
    assert all(
        "--system-certs" in line
        for line in text.splitlines()
        if re.search(r"/uv pip (install|compile)", line)
    )


def test_licences__of_everything_that_is_shipped_go_with_the_eupl() -> None:
    wrong = {
        pin.name: licence(pin.name) or "says nothing"
        for pin in pins(RUNTIME)
        if pin.name not in EXAMINED and is_installed(pin.name) and not goes_with_eupl(licence(pin.name))
    }
    assert not wrong
    assert set(EXAMINED) <= {pin.name for pin in pins(RUNTIME)}, "read for nothing"


def test_licence__that_does_not_go_is_seen() -> None:
    for told in ("Proprietary", "", "Commercial, all rights reserved", "SSPL-1.0", "CC-BY-NC-4.0"):
        assert not goes_with_eupl(told)
    for told in ("MIT", "Apache-2.0 OR BSD-3-Clause", "BSD License", "Mozilla Public License 2.0 (MPL 2.0)"):
        assert goes_with_eupl(told)


def test_bill__lists_the_lock_with_hashes_and_is_the_same_each_time() -> None:
    made = supply_chain.bill(RUNTIME)
    assert json.dumps(made) == json.dumps(supply_chain.bill(RUNTIME))
    duckdb = next(one for one in made["components"] if one["name"] == "duckdb")
    assert duckdb["purl"].startswith("pkg:pypi/duckdb@") and duckdb["licenses"] and duckdb["properties"]


def test_audit__says_what_was_not_checked() -> None:
    good, bad = (
        {"name": "a", "version": "1", "vulns": []},
        {"name": "b", "version": "2", "vulns": [{"id": "CVE-1"}]},
    )
    unknown = {"name": "c", "skip_reason": "Dependency not found"}
    assert (
        told_of_audit(json.dumps({"dependencies": [good]}), "")
        == "Known vulnerabilities in 1 packages: none."
    )
    told = told_of_audit(json.dumps({"dependencies": [good, bad, unknown]}), "")
    assert "b 2: CVE-1" in told and "Not checked: c" in told
    assert "cannot be reached" in told_of_audit(json.dumps({"dependencies": [unknown]}), "")
    assert "not checked (no route)" in told_of_audit("", "trace\nno route")
