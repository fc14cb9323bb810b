"""Carry out an erasure that two people have decided; what was cut off is finished by doing it again (R36)."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.begun_run import BegunRun
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.erase_documents import documents_erased
from soken.casework.actions.erase_filters import filters_for
from soken.casework.actions.erase_rows import acts_touching, delete_person
from soken.casework.actions.resolve_operation import only_one_resolves
from soken.casework.actions.review_retention import check_court, check_nobody_elses, check_nobody_joined
from soken.casework.actions.take_in_evidence import only_one_takes_in
from soken.casework.models import RetentionChoice, RetentionReview
from soken.casework.models.retention import to_carry_out
from soken.casework.selectors.person_rows import values_of_person
from soken.casework.selectors.retention import has_begun, items_to_erase_from, originals_lost
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError, SokenError
from soken.core.rewriting import written_anew
from soken.intake.destroy import destroy_original
from soken.intake.readings import current_reading
from soken.intake.redact import check_redactable, redact
from soken.ledger.attribution import says
from soken.ledger.entries import Kind
from soken.ledger.erase import destroy_act_key, destroy_key
from soken.ledger.models import Entry
from soken.resolve.erased import erase_from_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.core.home import Home


def carry_out_erasure(
    operation: Operation,
    key: int,
    *,
    by: User,
    home: Home,
    destroy: bool = False,
    tell: Callable[[list[str]], None] | None = None,
) -> RetentionReview:
    """Take a person out of evidence, runs, case database and ledger; what is left is the review: codes, who, when.

    Every item is tried first: if one cannot be redacted nothing is changed. Then it is noted that the erasure has
    begun: from there on it can only be finished. Then files, the database in one transaction, the key of the ledger,
    the free pages of the database's file. Stopped anywhere, done again it ends the same.

    Args:
        operation: where.
        key: number of the review.
        by: who carries it out.
        home: the installation's folders.
        destroy: whether originals go as a whole where rows cannot be taken out of them one by one.
        tell: given what the person's rows alone say, before anything goes and where nothing has gone yet; what it
            raises leaves all as it was.

    Raises:
        NotFoundError: there is no such review, or the actor is no member of the operation.
        RefusedError: two people have not agreed to it, it was given up, another operation has an item too by now,
            another dossier was joined into the person's, a court's verdict that it rests on no longer stands, an item
            cannot be redacted, or only as a whole and that is not said; work is under way; or the role does not permit
            it.
    """
    check_right(operation, by, Act.ERASE)
    review = RetentionReview.objects.filter(operation=operation, pk=key).first()
    if review is None:
        raise NotFoundError(_("There is no review number %(number)s.") % {"number": key})
    _check_agreed(review)
    code, rows = review.person_code, {item: list(numbers) for item, numbers in review.rows.items()}
    folder = home.operations / operation.slug
    with written_anew(home), only_one_resolves(operation, home), only_one_takes_in(operation, home):
        # Who came in before may have finished it, given it up, or put another in its place.
        review.refresh_from_db()
        _check_agreed(review)
        begun = has_begun(review)
        # Once it is done, what is taken in after is what is left: to do it again takes nothing from anybody.
        if review.erased_at is None:
            check_court(operation, code, review.ground)
            check_nobody_elses(operation, items_to_erase_from(review))
            check_nobody_joined(operation, code)
        values = _values(operation, review)
        whole = originals_lost(review)
        if whole and not destroy:
            raise RefusedError(
                _("Rows cannot be taken out of %(items)s one by one; say so if the originals go as a whole.")
                % {"items": ", ".join(whole)}
            )
        for item in rows.keys() - set(whole):
            check_redactable(home, item, rows[item])
        if review.erased_at is None:
            if tell is not None and not begun:
                tell(values)
            _begin(review, by, values)
        # First: a run that was cut off would bring the rows back.
        BegunRun(home, operation.slug).forget()
        for item, numbers in rows.items():
            gone_from = destroy_original if item in whole else redact
            gone_from(home, item, numbers, actor=by.get_username())
        gone = [(item, number) for item, numbers in rows.items() for number in numbers]
        for runs in (folder / "runs", folder / "candidates"):
            for run in sorted(runs.iterdir()) if runs.is_dir() else ():
                erase_from_run(run, gone)
        with documents_erased(operation, code):
            if review.erased_at is None:
                for act in acts_touching(operation, gone):
                    destroy_act_key(operation.slug, act)
                _in_database(operation, review, by, gone, home)
        destroy_key(operation.slug, code)
        end_sittings(operation.slug, code)
        rewrite_database()
    review.refresh_from_db()
    return review


def _check_agreed(review: RetentionReview) -> None:
    """Refuse what two people have not agreed to, or one has given up since.

    Raises:
        RefusedError: it is so.
    """
    if review.choice != RetentionChoice.ERASE or not review.agreed:
        raise RefusedError(_("Two people have not agreed to erase; review %(number)s waits.") % {"number": review.pk})
    if review.given_up_at is not None:
        raise RefusedError(
            _(
                "Review %(number)s was given up on %(day)s, or another took its place; carry that one out, or propose"
                " anew."
            )
            % {"number": review.pk, "day": timezone.localdate(review.given_up_at).isoformat()}
        )


def _begin(review: RetentionReview, by: User, values: list[str]) -> None:
    """Note that the erasure has begun; filters go first, since what they hold is known while the rows are there.

    Raises:
        RefusedError: it was given up since it was looked at.
    """
    says(by=by.get_username(), act=Act.ERASE.value, operation=review.operation.slug, person=review.person_code)
    with transaction.atomic():
        _check_agreed(RetentionReview.objects.select_for_update(of=("self",)).get(pk=review.pk))
        for one in filters_for(review.operation, review.person_code, values):
            one.delete()
        if review.begun_at is None:
            review.begun_at = clock.now()
            review.save(update_fields=["begun_at"])


def _values(operation: Operation, review: RetentionReview) -> list[str]:
    """Return what the person's rows alone say; what is left of it where an erasure was cut off.

    Raises:
        SokenError: nothing of it has gone, and it cannot be read.
    """
    if review.erased_at is not None:
        return []
    if not has_begun(review):
        return values_of_person(operation, review.rows)
    with suppress(SokenError):
        return values_of_person(operation, review.rows)
    return []


def _in_database(
    operation: Operation, review: RetentionReview, by: User, gone: list[tuple[str, int]], home: Home
) -> None:
    """Delete every row of the person's, bring the counts of the evidence to what is there, and set the tombstone."""
    code = review.person_code
    # What the triggers catch of the rows that go is closed with the person's key, which is destroyed next.
    says(by=by.get_username(), act=Act.ERASE.value, operation=operation.slug, person=code)
    with transaction.atomic():
        delete_person(operation, code, gone)
        for item in operation.evidence.filter(evidence_id__in=review.rows):
            counts = current_reading(home, item.evidence_id, operation.slug).record["counts"]
            item.rows_accepted, item.rows_set_aside = counts["rows_accepted"], counts["rows_set_aside"]
            item.rows_erased = counts.get("rows_erased", 0)
            item.save(update_fields=["rows_accepted", "rows_set_aside", "rows_erased"])
        # Another may have been agreed to while the files went: it was this one that took them.
        review.given_up_by = review.given_up_at = None
        review.erased_by, review.erased_at, review.backups = by, clock.now(), backups_made()
        review.save(update_fields=["given_up_by", "given_up_at", "erased_by", "erased_at", "backups"])
        # Other words on the same person have nobody left to speak of.
        others = RetentionReview.objects.filter(operation=operation, person_code=code)
        others.filter(to_carry_out()).update(given_up_by=by, given_up_at=review.erased_at)
        others.filter(agreed__isnull=True).update(agreed=False, second_at=review.erased_at)


def backups_made() -> list[dict[str, Any]]:
    """Return the backups that the ledger knows of: whoever is erased now is in every one of them."""
    import json

    made = Entry.objects.filter(kind=Kind.SYSTEM, act="backup").order_by("seq")
    return [{"entry": one.seq, **json.loads(one.facts)} for one in made]


def end_sittings(slug: str, code: str) -> int:
    """End the sittings in which somebody gave a reason for this person: the reason may name them; return how many.

    A reason for a handover that has come may be for this person too.
    """
    ended = 0
    for one in Session.objects.all():
        reasons = one.get_decoded().get("reasons", {})
        if any(name in {f"{slug}/{code}", f"{slug}/*"} or name.startswith(f"{slug}/H-") for name in reasons):
            one.delete()
            ended += 1
    return ended


def rewrite_database() -> None:
    """Have SQLite write its file anew, so that no free page and no write-ahead log holds what was deleted.

    PostgreSQL does so by itself, later (autovacuum), and keeps old pages in its log until that is recycled: its
    administrator runs VACUUM FULL and drops old log and base backups (docs/how-to/erase.md).
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    name = str(settings.DATABASES["default"]["NAME"])
    connection.close()
    with closing(sqlite3.connect(name, timeout=60, isolation_level=None)) as raw:
        raw.execute("pragma secure_delete = on")
        raw.execute("vacuum")
        raw.execute("pragma wal_checkpoint(truncate)")
