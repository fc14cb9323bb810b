"""Keep the list of protected people: enter somebody, or withdraw an entry (R32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.compartment_act import check_role
from soken.casework.actions.said import in_words, one_of
from soken.casework.actions.shut_matches import look_through, shut_matches
from soken.casework.models import Category, Protected
from soken.casework.protected_lock import entering_wanted
from soken.casework.selectors.compartments import protected_seen_by
from soken.casework.selectors.protected import wanted_of
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.normalise.mail import normalise_mail
from soken.normalise.phone import normalise_phone
from soken.reference.forces import forces

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from soken.access.models import User


def enter_protected(
    *,
    by: User,
    category: str,
    name: str,
    kana: str = "",
    mail: str = "",
    phone: str = "",
    born_on: date | None = None,
    force: str = "",
    colleagues: Collection[User] = (),
) -> Protected:
    """Enter a protected person; whom the newest runs propose as them is shut away in the same moment.

    Args:
        by: of the oversight group.
        category: code of `Category`.
        name: family name, a space, given name.
        kana: the reading, alike.
        mail, phone: theirs.
        born_on: day of birth.
        force: code of the force whose they are.
        colleagues: users of this system who are shut out of their compartments.

    Raises:
        BadInputError: there is no name, nothing beside it by which somebody is known, or what is given cannot be.
        RefusedError: the role does not permit it.
    """
    what = Category(one_of(category, Category.values, _("The category")))
    called = in_words(name, _("The name"))
    if not (mail or phone or born_on or force):
        raise BadInputError(_("A name alone says nobody: give a mail, a phone, the day of birth or the force too."))
    if force and force not in forces(clock.now().date()):
        raise BadInputError(_("No force has the code %(code)s.") % {"code": force[:40]})
    if (mail and not normalise_mail(mail).key) or (phone and not normalise_phone(phone).key):
        raise BadInputError(_("The mail or the phone cannot be one as it stands."))
    check_role(by, Act.KEEP_PROTECTED)
    made = Protected(
        category=what, name=called, kana=kana.strip(), mail=mail.strip(), phone=phone.strip(), born_on=born_on,
        force=force, by=by, at=clock.now(),
    )  # fmt: skip
    wanted = [wanted_of(made)]
    looked = look_through(wanted)
    with entering_wanted():
        made.save(force_insert=True)
        made.colleagues.set(colleagues)
        shut_matches(wanted, looked=looked)
    return made


def withdraw_protected(key: int, *, by: User, reason: str) -> Protected:
    """Withdraw an entry: nobody new is shut away for it; who is, stays so until two people lift it.

    Args:
        key: number of the entry.
        by: of the oversight group.
        reason: why.

    Raises:
        BadInputError: no reason is given.
        NotFoundError: there is no such entry, or it is the actor's own, or a colleague's.
        RefusedError: it is withdrawn already, or the role does not permit it.
    """
    said = in_words(reason, _("The reason"))
    check_role(by, Act.KEEP_PROTECTED)
    with transaction.atomic():
        found = Protected.objects.select_for_update().filter(pk__in=protected_seen_by(by).values("pk"), pk=key).first()
        if found is None:
            raise NotFoundError(_("There is no entry %(number)s.") % {"number": key})
        if found.withdrawn_at is not None:
            raise RefusedError(_("The entry is withdrawn already."))
        found.withdrawn_by, found.withdrawn_at, found.withdrawn_because = by, clock.now(), said
        found.save()
    return found
