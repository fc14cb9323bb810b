"""``soken doctor``: is this installation whole?"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soken.commands.language import gettext as _
from soken.commands.language import said
from soken.commands.output import print_json
from soken.commands.progress import shown_progress
from soken.commands.started import started
from soken.core.errors import DamagedStoreError, EnvironmentProblemError, SokenError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.core.home import Home
    from soken.core.progress import Advance, Progress

_LOW_SPACE = 2 * 1024**3
#: What Django's check finds where nothing before the desk ends TLS, and nothing else: no HSTS, no redirect to TLS, and
#: the cookies of session and form not kept to it.
_WITHOUT_TLS = frozenset({"security.W004", "security.W008", "security.W012", "security.W016"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        name: what was looked at.
        ok: whether it is as it should be.
        found: what was found, and what to do if it is not well.
    """

    name: str
    ok: bool
    found: str


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Look whether stores, hashes and counts are as they should be; sweep away what interrupted work left behind."""
    home = started()
    checks = list(_checks(home, shown_progress()))
    if as_json:
        print_json(
            {
                "ok": all(one.ok for one in checks),
                "checks": [{"name": one.name, "ok": one.ok, "found": one.found} for one in checks],
            }
        )
    else:
        for one in checks:
            typer.echo(f"{_('ok') if one.ok else _('PROBLEM'):<7} {one.name}: {one.found}")
    if not all(one.ok for one in checks):
        raise DamagedStoreError(_("doctor found problems; they are listed above."))


def _checks(home: Home, progress: Progress) -> Iterator[Check]:
    """Look at one thing after the other."""
    free = shutil.disk_usage(home.root).free
    yield _home(home)
    yield Check(_("disk"), free > _LOW_SPACE, _("%(size)s GiB free") % {"size": f"{free / 1024**3:.1f}"})
    yield from _database()
    yield _settings()
    yield _encryption(home)
    yield from _evidence(home, progress)
    yield from _runs(home)
    yield _attachments(home)
    yield from _feed(home)


def _attachments(home: Home) -> Check:
    """Look whether every document that a dossier has is there as it was attached."""
    from soken.access.eyes import machine_sees_all
    from soken.casework.models import Attachment

    with machine_sees_all():
        known = set(Attachment.objects.values_list("sha256", flat=True))
    try:
        gone = sorted(one for one in known if not _is_as_attached(home, one))
    except EnvironmentProblemError as problem:
        return Check(_("attachments"), False, said(problem.message))
    if gone:
        found = _("%(count)s of %(all)s documents are missing or altered, the first is %(name)s; restore from a copy")
        return Check(_("attachments"), False, found % {"count": len(gone), "all": len(known), "name": gone[0]})
    return Check(_("attachments"), True, _("%(count)s documents, each as it was attached") % {"count": len(known)})


def _is_as_attached(home: Home, sha256: str) -> bool:
    """Tell whether a document is there as it was attached.

    Raises:
        EnvironmentProblemError: it is encrypted, and no key or the wrong one is named.
    """
    from soken.core.documents import document_bytes

    try:
        return hashlib.sha256(document_bytes(home, sha256)).hexdigest() == sha256
    except DamagedStoreError:
        return False


def _home(home: Home) -> Check:
    """Look whether the home is closed to the machine's other accounts: the SQLite file names everybody."""
    from soken.core.home import entered_by_others

    if entered_by_others(home.root):
        said = _("%(folder)s can be read by every account of this machine; run: chmod o-rwx %(folder)s")
        return Check(_("home"), False, said % {"folder": home.root})
    return Check(_("home"), True, str(home.root))


def _database() -> Iterator[Check]:
    """Look at the case database."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("pragma quick_check")
            found = str(cursor.fetchone()[0])
            yield Check(_("database"), found == "ok", _("SQLite, quick check: %(found)s") % {"found": found})
        else:
            cursor.execute("select version()")
            yield Check(_("database"), True, str(cursor.fetchone()[0]).split(",")[0])
            yield _rows()


def _rows() -> Check:
    """Look whether the server holds every row to who looks."""
    from soken.casework.row_policies import is_bound_by_rows, not_bound, policies

    free, name = not_bound(), _("row-level security")
    if free:
        found = _("not in force on %(tables)s; run a command as their owner") % {"tables": ", ".join(free)}
        return Check(name, False, found)
    if not is_bound_by_rows():
        found = _("does not bind this role, which is a superuser's; connect as another (docs/how-to/postgresql.md)")
        return Check(name, False, found)
    return Check(name, True, _("in force on %(count)s tables, and binds this role") % {"count": len(policies())})


def _settings() -> Check:
    """Look what Django's check of a server finds (`check --deploy`), and whether the desk is reached without TLS."""
    from django.conf import settings
    from django.core.checks import run_checks

    name = _("settings of the desk")
    found = [one for one in run_checks(include_deployment_checks=True, databases=["default"]) if not one.is_silenced()]
    others = [f"{one.id}: {' '.join(str(one.msg).split())}" for one in found if one.id not in _WITHOUT_TLS]
    if others:
        return Check(name, False, " ".join(others))
    if not found:
        silenced = ", ".join(settings.SILENCED_SYSTEM_CHECKS) or _("none")
        return Check(
            name, True, _("Django's check of a server finds nothing; silenced: %(checks)s") % {"checks": silenced}
        )
    if os.environ.get("SOKEN_HOSTS"):
        said = _(
            "browsers of other machines (SOKEN_HOSTS) are served without TLS, cookies and pages travel in the open; "
            "put a proxy before the desk and set SOKEN_TLS=1 (docs/how-to/national-installation.md)"
        )
        return Check(name, False, said)
    return Check(name, True, _("without TLS, which is for browsers of this machine alone; SOKEN_TLS=1 behind a proxy"))


def _encryption(home: Home) -> Check:
    """Look whether the evidence store is encrypted, and where its key lies."""
    from soken.backup.rekey import keyed_folders, open_folders
    from soken.core.store_key import FILE, store_key
    from soken.core.vault import check_named

    name = _("encryption")
    try:
        key = store_key()
        check_named(keyed_folders(home))
        still_open = open_folders(home)
    except SokenError as problem:
        return Check(name, False, said(problem.message))
    if key is None:
        return Check(name, True, _("off: the evidence store is as safe as its disk; soken key make turns it on"))
    if still_open:
        found = _("%(count)s items, runs and documents are not encrypted: soken key rotate --data")
        return Check(name, False, found % {"count": len(still_open)})
    if os.environ.get(FILE) and Path(os.environ[FILE]).resolve().is_relative_to(home.root.resolve()):
        found = _(
            "on, but the key lies in the home: it protects nothing from whoever takes the home; move it elsewhere"
        )
        return Check(name, False, found)
    return Check(name, True, _("on: every item, run and document has a key of its own, wrapped by the store's"))


def _evidence(home: Home, progress: Progress) -> Iterator[Check]:
    """Look at each item: its original's hash, its custody, its readings' rows; and whether an operation names it."""
    from soken.casework.models import EvidenceItem
    from soken.intake import check_readings, custody, verify

    stored = {folder.name for folder in home.evidence.iterdir() if folder.is_dir()}
    named = set(EvidenceItem.objects.values_list("evidence_id", flat=True))
    total = sum(_said_size(home, one) for one in stored)
    with progress.stage("evidence", total, "bytes") as advance:
        for evidence_id in sorted(stored):
            try:
                manifest = verify(home, evidence_id, progress=_PartOf(advance))
                events, readings = len(custody(home, evidence_id)), check_readings(home, evidence_id)
            except SokenError as problem:
                yield Check(evidence_id, False, said(problem.message))
            else:
                found = _(
                    "%(size)s bytes, SHA-256 as sealed; %(events)s custody events in one chain; %(readings)s readings, "
                    "every row accounted for"
                )
                counts = {"size": f"{manifest.size:,}", "events": events, "readings": readings}
                yield Check(evidence_id, True, found % counts)
    for evidence_id in sorted(named - stored):
        found = _("named by an operation but not in the evidence store; restore it from a backup")
        yield Check(evidence_id, False, found)
    for evidence_id in sorted(stored - named):
        found = _("sealed but entered in no operation (an intake was cut off); take the same file in again")
        yield Check(evidence_id, False, found)


def _said_size(home: Home, evidence_id: str) -> int:
    """Return how many bytes an item's manifest says its original has; nothing where it cannot be read."""
    from soken.intake import read_manifest

    with suppress(SokenError):
        return read_manifest(home, evidence_id).size
    return 0


class _PartOf:
    """Shows the stages of one item as steps of the stage that goes over all items: one bar, not one an item."""

    def __init__(self, advance: Advance) -> None:
        self._advance = advance

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> Iterator[Advance]:
        """Enter a step; see `soken.core.progress.Progress`."""
        yield self._advance


def _runs(home: Home) -> Iterator[Check]:
    """Look whether each run that the database names has its folder, and what runs were cut off."""
    from soken.casework.models import Operation

    for operation in Operation.objects.prefetch_related("runs"):
        folder = home.operations / operation.slug / "runs"
        stored = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
        named = {run.run_id for run in operation.runs.all()}
        missing, cut_off = sorted(named - stored), sorted(stored - named)
        found = [_("%(count)s runs") % {"count": len(named)}]
        if missing:
            found.append(_("files missing for %(runs)s: run resolve again") % {"runs": ", ".join(missing)})
        if cut_off:
            left = _("cut off before they counted, may be deleted: %(runs)s")
            found.append(left % {"runs": ", ".join(cut_off)})
        if (home.begun / operation.slug).is_dir():
            found.append(_("what a run that was cut off had finished is kept: the next one goes on from there"))
        yield Check(_("runs of %(operation)s") % {"operation": operation.slug}, not missing, "; ".join(found))


def _feed(home: Home) -> Iterator[Check]:
    """Look whether each version of the filter feed has its files, as they went out."""
    from soken.casework.models import FeedVersion
    from soken.casework.selectors.feed_files import version_file
    from soken.exchange.feed_forms import Form

    versions, damaged = list(FeedVersion.objects.all()), []
    for version in versions:
        try:
            for form in Form:
                version_file(home, version, form)
        except SokenError as problem:
            damaged.append(said(problem.message))
    found = _("%(count)s versions, every file as it went out") % {"count": len(versions)}
    yield Check(_("filter feed"), not damaged, " ".join(damaged) or found)
