"""Words for what the ledger records, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: Kind of processing → what people call it.
KIND_WORDS: Final[dict[str, _StrPromise]] = {
    "consultation": pgettext_lazy("ledger", "looked at"),
    "alteration": pgettext_lazy("ledger", "changed"),
    "disclosure": pgettext_lazy("ledger", "disclosed"),
    "collection": pgettext_lazy("ledger", "collected"),
    "combination": pgettext_lazy("ledger", "joined or parted"),
    "erasure": pgettext_lazy("ledger", "erased"),
    "refusal": pgettext_lazy("ledger", "refused"),
    "sign-in": pgettext_lazy("ledger", "signed in"),
    "sign-in-failed": pgettext_lazy("ledger", "could not sign in"),
    "sign-out": pgettext_lazy("ledger", "signed out"),
    "system": pgettext_lazy("ledger", "the machine"),
}
#: What a trigger caught → what people call it.
WHAT_WORDS: Final[dict[str, _StrPromise]] = {
    "insert": pgettext_lazy("ledger", "entered"),
    "update": pgettext_lazy("ledger", "altered"),
    "delete": pgettext_lazy("ledger", "deleted"),
}
#: Tables whose model has no name for people → what people call a row.
TABLE_WORDS: Final[dict[str, _StrPromise]] = {
    "access.User_groups": pgettext_lazy("ledger", "group of a user"),
    "access.User_user_permissions": pgettext_lazy("ledger", "permission of a user"),
    "api.Token_operations": pgettext_lazy("ledger", "operation of a token"),
    "mfa.Authenticator": pgettext_lazy("ledger", "second factor"),
    "casework.Protected_colleagues": pgettext_lazy("ledger", "colleague of a protected person"),
    "casework.CompartmentOpening_users": pgettext_lazy("ledger", "who is to be let into a compartment"),
    "casework.Membership": pgettext_lazy("ledger", "membership"),
    "casework.DossierRow": pgettext_lazy("ledger", "row of a dossier"),
    "casework.StageChange": pgettext_lazy("ledger", "step to a stage"),
    "casework.OldCaseLine": pgettext_lazy("ledger", "line of old cases"),
    "casework.SquadCommander": pgettext_lazy("ledger", "commander of a squad"),
    "casework.SquadDossier": pgettext_lazy("ledger", "person of a squad"),
    "casework.SquadApproval": pgettext_lazy("ledger", "approval of a squad"),
    "casework.SquadEnd": pgettext_lazy("ledger", "end of a squad"),
    "casework.WarrantDossier": pgettext_lazy("ledger", "person of a warrant"),
}
