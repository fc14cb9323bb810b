"""Looks for known holes in what the locks install; says loudly where nobody could be asked. ``python .ci/audit.py``

pip-audit asks a service on the network and takes a package that the service does not know for one without holes. Where
no service is reached, or not every package was known to it, that is said and nothing is claimed: exit code 0, or 2
where ``SOKEN_REQUIRE_AUDIT=1`` (set it where the network is known to be there). A hole is exit code 1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

LOCKS = ("requirements/run.txt", "requirements/dev.txt")
SERVICES = ("osv", "pypi")
ROOT = Path(__file__).parents[1]


@dataclass
class Audit:
    """What a service said of one lock.

    Attributes:
        known: how many packages it knew.
        unknown: those that it did not; all of them where it was not reached.
        holes: "package version id" of each known hole.
    """

    known: int = 0
    unknown: list[str] = field(default_factory=list)
    holes: list[str] = field(default_factory=list)


def read(answer: str) -> Audit | None:
    """Return what an answer of pip-audit says (its JSON form); None where it is no answer at all."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    found = Audit()
    for one in packages:
        if "skip_reason" in one:
            found.unknown.append(one["name"])
        else:
            found.known += 1
            found.holes += [f"{one['name']} {one['version']} {hole['id']}" for hole in one["vulns"]]
    return found


def verdict(audits: dict[str, Audit | None], *, required: bool) -> tuple[int, list[str]]:
    """Return the exit code, and what is to be said.

    Args:
        audits: lock → what was said of it; None where nobody could be asked.
        required: whether not having asked is a failure.
    """
    said = []
    for lock, audit in audits.items():
        if audit is None or not audit.known:
            said.append(f"NOT AUDITED: {lock}: no service that knows of holes was reached.")
        elif audit.unknown:
            said.append(f"NOT WHOLLY AUDITED: {lock}: not known there: {', '.join(audit.unknown)}.")
        else:
            said.append(f"audited: {lock}: {audit.known} packages.")
    holes = sorted({hole for audit in audits.values() if audit for hole in audit.holes})
    said += [f"HOLE: {hole}; renew the lock (CONTRIBUTING.md)." for hole in holes]
    whole = all(audit and audit.known and not audit.unknown for audit in audits.values())
    return (1 if holes else 2 if required and not whole else 0), said


def ask(lock: str) -> Audit | None:
    """Ask the services of one lock, one after the other; return what the first says that knows any package."""
    for service in SERVICES:
        done = subprocess.run(  # noqa: S603 (no word of it is typed)
            [
                sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "-r", lock, "-s", service,
                "--format", "json", "--progress-spinner", "off", "--timeout", "20",
            ],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        found = read(done.stdout)
        if found is not None and found.known:
            return found
    return None


if __name__ == "__main__":
    code, told = verdict({lock: ask(lock) for lock in LOCKS}, required=os.environ.get("SOKEN_REQUIRE_AUDIT") == "1")
    sys.stderr.write("\n".join(told) + "\n")
    sys.exit(code)
