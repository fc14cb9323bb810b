"""Say who follows a line of enquiry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.models import User
from soken.access.policy import Act, allows
from soken.casework.actions.dossier_act import acting
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.casework.models import Dossier, LineOfEnquiry


def follow_enquiry(dossier: Dossier, *, by: User, key: int, follow: str, seen: int | None = None) -> LineOfEnquiry:
    """Give an open line of enquiry to somebody who works on the operation.

    Raises:
        RefusedError: no such line is open, or this person follows it already; and see `follower` and `acting`.
        NotFoundError: see `follower` and `acting`.
    """
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        line = open_line(now, key)
        who = follower(now, follow)
        if line.followed_by_id == who.pk:
            raise RefusedError(_("%(who)s follows this line of enquiry already.") % {"who": who.username})
        line.followed_by, line.followed_since = who, clock.now()
        line.save(update_fields=["followed_by", "followed_since"])
        return line


def follower(dossier: Dossier, name: str) -> User:
    """Return the user who is to follow a line of enquiry.

    Raises:
        NotFoundError: no active member of the operation has this name.
        RefusedError: the role records no findings, or the user belongs to another force than the dossier.
    """
    members = User.objects.filter(memberships__operation=dossier.operation_id, is_active=True)
    found = members.filter(username=name.strip()).first()
    if found is None:
        raise NotFoundError(_("No member of this operation is named %(who)s.") % {"who": name.strip()[:60]})
    if not allows(found, Act.RECORD_FINDING):
        raise RefusedError(
            _("The role of %(who)s records no findings; choose somebody else.") % {"who": found.username}
        )
    if found.force and dossier.force and found.force != dossier.force:
        raise RefusedError(
            _("%(who)s belongs to another force than %(person)s; choose somebody else.")
            % {"who": found.username, "person": dossier.person_code}
        )
    return found


def open_line(dossier: Dossier, key: int) -> LineOfEnquiry:
    """Return a dossier's line of enquiry that is open.

    Raises:
        RefusedError: there is none of this number.
    """
    line = dossier.enquiries.filter(pk=key, closed_at__isnull=True).first()
    if line is None:
        raise RefusedError(_("No such line of enquiry is open."))
    return line
