"""Words for what the ledger records, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def changes_in_words(changes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return for each table what was changed in it: its name, what happened, how many rows, which fields."""
    told: dict[str, list[dict[str, Any]]] = {}
    for one in changes:
        told.setdefault(one["table"], []).append(one)
    return [_table(label, ones) for label, ones in told.items()]


def _table(label: str, changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what was changed in one table; a table or field that a later version no longer has stands by its code."""
    name, fields = _words(label)
    changed = sorted({one for change in changes if change["what"] == "update" for one in change["fields"]})
    return {
        "name": name,
        "what": [str(WHAT_WORDS[one]) for one in WHAT_WORDS if any(change["what"] == one for change in changes)],
        "rows": len(changes),
        "fields": [(fields.get(one, one), one not in fields) for one in changed],
    }


def _words(label: str) -> tuple[object, dict[str, object]]:
    """Return what people call a table, and those of its columns that have words."""
    try:
        known = apps.get_model(label)._meta
    except LookupError:
        return label, {}
    words = {
        str(one.column): one.verbose_name for one in known.concrete_fields if not isinstance(one.verbose_name, str)
    }
    return TABLE_WORDS.get(label, known.verbose_name), words
