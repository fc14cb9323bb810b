"""Ask to take something out of the installation, or take the request back; nothing leaves yet (R33)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.said import one_of, to_whom_and_why
from soken.casework.models import ALL_PACKETS, ASKED_FOR, Disclosure, DisclosureForm, DisclosureState, Operation
from soken.casework.selectors.disclosures import OF_ALL, OF_ONE, SCOPE, may_withdraw
from soken.casework.selectors.dossier import dossier_of
from soken.casework.selectors.persons import person_of
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.attribution import says

if TYPE_CHECKING:
    from soken.access.models import User


def ask_disclosure(
    operation: Operation, *, by: User, form: str, recipient: str, reason: str, person: str = "", language: str = "ja"
) -> Disclosure:
    """Ask for a disclosure; another person has to release it. The same asked again while it waits is one request.

    Args:
        operation: whose.
        by: who asks, and alone can take it later.
        form: code of `ASKED_FOR`.
        recipient, reason: to whom it goes, and why.
        person: code of the person whom it holds; '' for the whole operation.
        language: of a packet's words, "ja" or "en".

    Raises:
        BadInputError: the form or language is not known, the recipient or the reason is missing, a person is named
            where the form holds all, or none where it holds one.
        NotFoundError: there is no such person or dossier, or the actor is no member of the operation.
        RefusedError: the role does not permit to ask, or not to see what the form holds.
    """
    wanted = one_of(form, ASKED_FOR, _("The form"))
    kind = DisclosureForm.PACKET if wanted == ALL_PACKETS else DisclosureForm(wanted)
    one_of(language, ("ja", "en"), _("The language"))
    to, why = to_whom_and_why(recipient, reason)
    if wanted in OF_ONE and not person:
        raise BadInputError(_("This form holds one person: say whom."))
    if wanted in OF_ALL and person:
        raise BadInputError(_("This form holds everybody: name no person, or choose another form."))
    check_right(operation, by, SCOPE[kind])
    check_right(operation, by, Act.ASK_DISCLOSURE)
    says(person=person)
    if wanted in OF_ONE:
        dossier_of(operation, person)
    elif person:
        person_of(operation, person)
    with transaction.atomic():
        # A form sent twice at once: the second waits here, and finds what the first has asked for.
        Operation.objects.select_for_update(no_key=True).get(pk=operation.pk)
        made, _new = Disclosure.objects.get_or_create(
            operation=operation, person_code=person, form=kind, language=language, recipient=to, reason=why,
            asked_by=by, state=DisclosureState.ASKED, defaults={"asked_at": clock.now()},
        )  # fmt: skip
        return made


def withdraw_disclosure(operation: Operation, key: int, *, by: User) -> Disclosure:
    """Take a request back, released or not; copies that were taken stay in the ledger.

    Raises:
        NotFoundError: there is none of this number, or the actor is no member of the operation.
        RefusedError: the actor did not ask for it, it is over, or the role does not permit it.
    """
    check_right(operation, by, Act.ASK_DISCLOSURE)
    with transaction.atomic():
        found = Disclosure.objects.select_for_update().filter(operation=operation, pk=key).first()
        if found is None:
            raise NotFoundError(_("There is no disclosure number %(number)s.") % {"number": key})
        says(person=found.person_code)
        if not may_withdraw(found, by):
            raise RefusedError(
                _("Only who asked for it can take %(number)s back, while it is open.") % {"number": found}
            )
        found.state = DisclosureState.WITHDRAWN
        found.save(update_fields=["state"])
        return found
