"""What the project is made of: the locks as a CycloneDX list with hashes and licences, and what is known against it.

`python -m tests.supply_chain [sbom.json]` (`make sbom`) writes the list, tells licences that do not go with the EUPL, and asks
pip-audit for known vulnerabilities where that and its data can be reached; where not, it says that they were not checked.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from datawerkplaats.base import files
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.operations.inventory import version

RUNTIME = PROJECT_ROOT / "requirements.lock"
DEV = PROJECT_ROOT / "requirements-dev.lock"
_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))?\s*\\?$"
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

PIP_AUDIT = "2.10.1"

# Licences that were read by a person, with the reason why they go.
EXAMINED = {
    "text-unidecode": "the Artistic License or the GPL 2 or later, as one likes; both GPLs are in the appendix of the EUPL",
}

# Words in a licence that go with the EUPL-1.2: permissive ones, and those in the appendix of the EUPL or weaker.
# Source: EUPL-1.2, article 5 and appendix; the compatibility matrix of the European Commission.
_GOES = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|ISCL|Python Software Foundation|PSF|MPL|Mozilla|LGPL|Lesser General Public|Unlicense|Zlib|"
    r"CC0|CNRI|HPND|OFL|Open Font|Boost|EUPL|Public Domain|PostgreSQL|WTFPL|ZPL|Zope)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Pin:
    """One package of a lock, with the hashes of its files."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def pins(lock: Path) -> list[Pin]:
    """The packages of a lock, in its order."""
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if match := _PIN.match(line):
            found.append((match, []))
        elif hashed := _HASH.search(line):
            found[-1][1].append(hashed[1])
    return [Pin(m["name"].lower(), m["version"], m["marker"] or "", tuple(hashes)) for m, hashes in found]


def licence(name: str) -> str:
    """What an installed package says of its licence, shortened; empty where it is not installed or says nothing.

    The expression first, then the classifiers, then the free text, which may be the whole licence.
    """
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    expression = (told.get_all("License-Expression") or [""])[0]
    classifiers = [
        one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License ::")
    ]
    text = " ".join((told.get_all("License") or [""])[0].split())
    return expression or "; ".join(one for one in classifiers if one != "OSI Approved") or text[:200]


def is_installed(name: str) -> bool:
    """Whether a package is installed here: some are for other systems only."""
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def goes_with_eupl(told: str) -> bool:
    """Whether a licence, as it is told, may go with a work under the EUPL."""
    return bool(_GOES.search(told))


def components(lock: Path) -> Iterator[dict[str, Any]]:
    """The packages of a lock as CycloneDX has them."""
    for pin in pins(lock):
        told = licence(pin.name)
        yield {
            "type": "library",
            "bom-ref": f"pkg:pypi/{pin.name}@{pin.version}",
            "name": pin.name,
            "version": pin.version,
            "purl": f"pkg:pypi/{pin.name}@{pin.version}",
            "licenses": [{"license": {"name": told}}] if told else [],
            "properties": [{"name": "datawerkplaats:sha256", "value": one} for one in pin.hashes]
            + ([{"name": "datawerkplaats:marker", "value": pin.marker}] if pin.marker else []),
        }


def bill(lock: Path) -> dict[str, Any]:
    """A CycloneDX 1.6 document of the runtime, without a moment: the same lock gives the same document."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "datawerkplaats",
                "version": version(),
                "licenses": [{"license": {"id": "EUPL-1.2"}}],
            }
        },
        "components": list(components(lock)),
    }


def known_vulnerabilities(lock: Path) -> str:
    """What pip-audit finds, or a sentence that it was not checked; uv runs it apart, so that nothing is installed here."""
    command = [
        str(Path(sys.executable).parent / "uv"),
        "tool",
        "run",
        "--system-certs",
        f"pip-audit=={PIP_AUDIT}",
    ]
    try:
        run = subprocess.run(
            [*command, "--disable-pip", "--require-hashes", "-r", str(lock), "--format", "json"],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError) as error:
        return f"Known vulnerabilities: not checked ({type(error).__name__})."
    return told_of_audit(run.stdout, run.stderr)


def told_of_audit(answer: str, said: str) -> str:
    """The answer of pip-audit in words; a package of which nothing is known to it counts as not checked."""
    try:
        listed = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        reason = said.strip().splitlines()[-1] if said.strip() else "no answer"
        return f"Known vulnerabilities: not checked ({reason})."
    skipped = [one["name"] for one in listed if "skip_reason" in one]
    found = [f"{one['name']} {one['version']}: {bad['id']}" for one in listed for bad in one.get("vulns", [])]
    checked = len(listed) - len(skipped)
    if not checked:
        return "Known vulnerabilities: not checked, the data cannot be reached from here."
    told = f"Known vulnerabilities in {checked} packages: {'; '.join(found) or 'none'}."
    return told + (f" Not checked: {', '.join(skipped)}." if skipped else "")


def main() -> None:
    """Write the list and tell what it holds."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT_ROOT / "sbom.json"
    made = bill(RUNTIME)
    files.write_text(target, json.dumps(made, ensure_ascii=False, indent=1))
    listed = [pin for pin in pins(RUNTIME) if is_installed(pin.name)]
    others = [
        f"{pin.name} ({licence(pin.name) or 'says nothing'})"
        for pin in listed
        if pin.name not in EXAMINED and not goes_with_eupl(licence(pin.name))
    ]
    print(f"{target.name}: {len(made['components'])} packages, {len(listed)} of them installed here.")
    print(f"Licences to look at: {', '.join(others) or 'none'}.")
    print(known_vulnerabilities(RUNTIME))


if __name__ == "__main__":
    main()
