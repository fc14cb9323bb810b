"""Publish a version of the filter feed: every address that two people have released, in each form, signed, for good."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act, allows
from soken.casework.models import FeedVersion
from soken.casework.selectors.feed import excepted_hosts, hosts_digest, listed_hosts, newest_version
from soken.casework.selectors.feed_files import feed_keys, version_folder
from soken.core import clock
from soken.core.errors import RefusedError
from soken.core.lock import only_one
from soken.core.vault import sync_folder
from soken.exchange.feed import FORMS, Edition, Form, digest_of, feed_files
from soken.ledger.attribution import says

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from soken.access.models import User
    from soken.core.home import Home


def publish_feed(home: Home, *, by: User) -> FeedVersion:
    """Make the next version; it differs from the one before, has the next number, and is never changed.

    Args:
        home: where its files are kept.
        by: who publishes.

    Raises:
        RefusedError: the role does not permit it, nothing has changed, or another publishes now.
    """
    says(by=by.get_username(), act=Act.PUBLISH_FEED.value)
    if not allows(by, Act.PUBLISH_FEED):
        raise RefusedError(_("Your role may not publish the filter feed; ask a reviewer."))
    with only_one(home.feed / "publish.lock", _("Publishing the filter feed")), transaction.atomic():
        last, hosts = newest_version(), listed_hosts()
        if last is None and not hosts:
            raise RefusedError(_("No address has been released yet; two people release each."))
        exceptions = excepted_hosts(hosts)
        if last is not None and last.hosts_sha256 == hosts_digest(hosts, exceptions):
            raise RefusedError(_("Nothing has changed since version %(number)s.") % {"number": last.number})
        return _keep(home, last, (hosts, exceptions), clock.now(), by)


def _keep(
    home: Home, last: FeedVersion | None, said: tuple[frozenset[str], frozenset[str]], at: datetime, by: User
) -> FeedVersion:
    """Write a version's files to a folder of their own and record it; both or neither."""
    hosts, exceptions = said
    edition = Edition(
        version=last.number + 1 if last else 1,
        # Grows also where the database was restored to an older state: name servers take nothing with a smaller one.
        serial=max(last.serial + 1 if last else 1, int(at.timestamp())),
        made_at=at,
        hosts=hosts,
        previous={Form(form): digest for form, digest in last.files.items()} if last else {},
        exceptions=exceptions,
    )
    files = feed_files(edition, feed_keys(home))
    digests = {form: hashlib.sha256(data).hexdigest() for form, data in files.items()}
    made = FeedVersion.objects.create(
        number=edition.version, serial=edition.serial, hosts=len(hosts), hosts_sha256=hosts_digest(hosts, exceptions),
        files={form.value: digest for form, digest in digests.items()}, sha256=digest_of(digests), previous=last,
        made_by=by, made_at=at,
    )  # fmt: skip
    with home.stage() as staged:
        folder = staged / "version"
        folder.mkdir()
        for form, data in files.items():
            _write(folder / FORMS[form].name, data)
        sync_folder(folder)
        # Left by a database that was restored to before: the same name is the same bytes.
        if not version_folder(home, made).is_dir():
            folder.rename(version_folder(home, made))
            sync_folder(home.feed)
    return made


def _write(path: Path, data: bytes) -> None:
    """Write a file that survives a power cut."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
