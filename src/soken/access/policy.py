"""The one table of permissions: which role may do which act. What is not named here is refused.

Published, with the addresses and commands that ask for each act, as docs/reference/permissions.md.

Everything asks `allows` (pages through `soken.desk`, acts through `soken.casework.actions`); an operation's
members are a second condition, applied by ``Operation.objects.visible_to``.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from soken.access.models import Role, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Act(StrEnum):
    """What can be permitted."""

    SEE_OPERATION = "see-operation"
    SEE_PERSON = "see-person"
    SEE_EVIDENCE = "see-evidence"
    CORRECT_MAPPING = "correct-mapping"
    RESOLVE = "resolve"
    TAKE_IN = "take-in"
    JUDGE = "judge"
    SEE_DOSSIER = "see-dossier"
    OPEN_DOSSIER = "open-dossier"
    SCREEN = "screen"
    REVIEW_SCREENING = "review-screening"
    CONFIRM_IDENTITY = "confirm-identity"
    RECORD_FINDING = "record-finding"
    PLAN_WELFARE = "plan-welfare"
    ADVANCE = "advance"
    OWN = "own"
    SEND_NOTICE = "send-notice"
    END_DOSSIER = "end-dossier"
    ASSESS_PRIORITY = "assess-priority"
    LOWER_PRIORITY = "lower-priority"
    SEE_SAFETY = "see-safety"
    NOTIFY_SAFETY = "notify-safety"
    SEE_WARRANT = "see-warrant"
    RECORD_WARRANT = "record-warrant"
    FORM_SQUAD = "form-squad"
    APPROVE_SQUAD = "approve-squad"
    IMPORT_CASES = "import-cases"
    RECORD_OFFENCE = "record-offence"
    RECORD_CUSTODY = "record-custody"
    REFER = "refer"
    RECORD_PROSECUTOR = "record-prosecutor"
    RECORD_CLEARANCE = "record-clearance"
    SEE_STATISTICS = "see-statistics"
    TAKE_VINTAGE = "take-vintage"
    SEE_LEDGER = "see-ledger"


_READ = frozenset({Act.SEE_OPERATION, Act.SEE_PERSON, Act.SEE_EVIDENCE})
#: Work on a person's dossier; which role may take it to which stage stands in `soken.review.transitions`.
_DOSSIER = frozenset(
    {
        Act.SEE_DOSSIER,
        Act.OPEN_DOSSIER,
        Act.SCREEN,
        Act.CONFIRM_IDENTITY,
        Act.RECORD_FINDING,
        Act.PLAN_WELFARE,
        Act.ADVANCE,
        Act.OWN,
        Act.END_DOSSIER,
        Act.ASSESS_PRIORITY,
        Act.SEE_WARRANT,
        Act.RECORD_WARRANT,
        Act.RECORD_OFFENCE,
        # Each row of an old case goes through the acts above, each of which asks for its own right.
        Act.IMPORT_CASES,
    }
)
#: Telling those who protect children waits for nothing and for no supervisor (R17).
_SAFETY = frozenset({Act.SEE_SAFETY, Act.NOTIFY_SAFETY})

PERMISSIONS: Final = MappingProxyType(
    {
        Role.ANALYST: _READ | _DOSSIER | _SAFETY | {Act.TAKE_IN, Act.CORRECT_MAPPING, Act.RESOLVE, Act.JUDGE},
        Role.INVESTIGATOR: _READ
        | _DOSSIER
        | _SAFETY
        | {Act.RECORD_CUSTODY, Act.RECORD_PROSECUTOR, Act.RECORD_CLEARANCE},
        Role.REVIEWER: _READ
        | _DOSSIER
        | _SAFETY
        | {
            Act.REVIEW_SCREENING,
            Act.LOWER_PRIORITY,
            Act.JUDGE,
            Act.RECORD_CUSTODY,
            Act.SEND_NOTICE,
            Act.FORM_SQUAD,
            Act.APPROVE_SQUAD,
            Act.REFER,
            Act.RECORD_PROSECUTOR,
            Act.RECORD_CLEARANCE,
            Act.SEE_STATISTICS,
        },
        # Brings to the prosecutor what others have established: reads it, and changes nothing of it;
        # records what the prosecutor did with it.
        Role.LIAISON: _SAFETY
        | {Act.SEE_OPERATION, Act.SEE_PERSON, Act.SEE_DOSSIER, Act.SEE_WARRANT}
        | {Act.RECORD_PROSECUTOR, Act.RECORD_CLEARANCE},
        # Counts; sees no person.
        Role.STATISTICIAN: frozenset({Act.SEE_OPERATION, Act.SEE_STATISTICS, Act.TAKE_VINTAGE}),
        # Reads who did what to whom, by codes; sees no person.
        Role.AUDITOR: frozenset({Act.SEE_OPERATION, Act.SEE_LEDGER, Act.SEE_STATISTICS}),
        # Runs the system and sees no person (R33).
        Role.ADMINISTRATOR: frozenset({Act.SEE_OPERATION}),
    }
)


def allows(user: User | AnonymousUser, act: Act) -> bool:
    """Tell whether the user's role permits the act; inactive and anonymous users may do nothing."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return act in PERMISSIONS[Role(user.role)]
