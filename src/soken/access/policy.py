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


#: Attribute of whatever answers an address that says what it needs: an `Act`, or `SIGNED_IN`, or `PUBLIC`.
GATE: Final = "soken_gate"
SIGNED_IN: Final = "signed-in"
PUBLIC: Final = "public"


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
    ACCEPT_PERSON = "accept-person"
    APPROVE_HANDOVER = "approve-handover"
    TRUST_PEER = "trust-peer"
    SEND_NOTICE = "send-notice"
    END_DOSSIER = "end-dossier"
    ASSESS_PRIORITY = "assess-priority"
    LOWER_PRIORITY = "lower-priority"
    DRAW_SAMPLE = "draw-sample"
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
    SEE_FEED = "see-feed"
    ENTER_ADDRESS = "enter-address"
    RELEASE_ADDRESS = "release-address"
    PUBLISH_FEED = "publish-feed"
    SEE_LEDGER = "see-ledger"
    RECALL_COPIES = "recall-copies"
    DECIDE_WRONG_PERSON = "decide-wrong-person"
    REVIEW_RETENTION = "review-retention"
    ERASE = "erase"
    ASK_DISCLOSURE = "ask-disclosure"
    RELEASE_DISCLOSURE = "release-disclosure"
    SHUT_COMPARTMENT = "shut-compartment"
    SEE_COMPARTMENT = "see-compartment"
    KEEP_PROTECTED = "keep-protected"
    OPEN_COMPARTMENT = "open-compartment"
    RESTRICT_CASE = "restrict-case"
    SET_READING = "set-reading"
    HOLD_TOKEN = "hold-token"  # noqa: S105 (the name of a right)  # nosec B105
    END_TOKENS = "end-tokens"


#: Their own operations by name, and tokens for programs that read in their name.
_EVERYBODY = frozenset({Act.SEE_OPERATION, Act.HOLD_TOKEN})
_READ = _EVERYBODY | {Act.SEE_PERSON, Act.SEE_EVIDENCE}
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
        # Whoever recognises a colleague shuts the person away at once (R32).
        Act.SHUT_COMPARTMENT,
        # Whoever holds or sent a copy can ask for it back (R35).
        Act.RECALL_COPIES,
        # Asking takes nothing out: another person releases (R33).
        Act.ASK_DISCLOSURE,
    }
)
#: What a token can be given: reading, and nothing else. Who holds it reads no more with it than the role permits.
READING: Final = (
    Act.SEE_OPERATION,
    Act.SEE_EVIDENCE,
    Act.SEE_PERSON,
    Act.JUDGE,
    Act.SEE_DOSSIER,
    Act.SEE_SAFETY,
    Act.SEE_STATISTICS,
)
#: Telling those who protect children waits for nothing and for no supervisor (R17).
_SAFETY = frozenset({Act.SEE_SAFETY, Act.NOTIFY_SAFETY})

#: Addresses of seized shops for filters; which two people release and delist each is their own agreement.
_FEED = frozenset({Act.SEE_FEED, Act.ENTER_ADDRESS})

PERMISSIONS: Final = MappingProxyType(
    {
        Role.ANALYST: _READ
        | _DOSSIER
        | _SAFETY
        | _FEED
        | {Act.TAKE_IN, Act.CORRECT_MAPPING, Act.RESOLVE, Act.JUDGE, Act.RELEASE_ADDRESS},
        Role.INVESTIGATOR: _READ
        | _DOSSIER
        | _SAFETY
        | _FEED
        | {Act.RECORD_CUSTODY, Act.RECORD_PROSECUTOR, Act.RECORD_CLEARANCE},
        Role.REVIEWER: _READ
        | _DOSSIER
        | _SAFETY
        | _FEED
        | {
            Act.RELEASE_ADDRESS,
            Act.PUBLISH_FEED,
            Act.REVIEW_SCREENING,
            Act.LOWER_PRIORITY,
            Act.DRAW_SAMPLE,
            Act.JUDGE,
            Act.RECORD_CUSTODY,
            Act.ACCEPT_PERSON,
            Act.APPROVE_HANDOVER,
            Act.TRUST_PEER,
            Act.SEND_NOTICE,
            Act.FORM_SQUAD,
            Act.APPROVE_SQUAD,
            Act.REFER,
            Act.RECORD_PROSECUTOR,
            Act.RECORD_CLEARANCE,
            Act.SEE_STATISTICS,
            Act.DECIDE_WRONG_PERSON,
            Act.REVIEW_RETENTION,
            Act.ERASE,
            Act.RELEASE_DISCLOSURE,
            Act.RESTRICT_CASE,
            Act.SET_READING,
        },
        # Brings to the prosecutor what others have established: reads it, and changes nothing of it;
        # records what the prosecutor did with it.
        Role.LIAISON: _EVERYBODY
        | _SAFETY
        | {Act.SEE_PERSON, Act.SEE_DOSSIER, Act.SEE_WARRANT}
        | {Act.RECORD_PROSECUTOR, Act.RECORD_CLEARANCE, Act.RECALL_COPIES}
        # Says for the own force that it takes a person on, which binds the force and establishes nothing (R18).
        | {Act.ACCEPT_PERSON}
        | {Act.ASK_DISCLOSURE, Act.SHUT_COMPARTMENT},
        # Counts; sees no person.
        Role.STATISTICIAN: _EVERYBODY | {Act.SEE_STATISTICS, Act.TAKE_VINTAGE},
        # Reads who did what to whom, by codes; sees no person.
        Role.AUDITOR: _EVERYBODY | {Act.SEE_LEDGER, Act.SEE_STATISTICS},
        # Sees whom compartments hold, and nobody else (R32); works no case: for that a team is let in.
        Role.OVERSIGHT: _EVERYBODY
        | {Act.SEE_PERSON, Act.SEE_EVIDENCE, Act.SEE_DOSSIER}
        | {Act.SEE_COMPARTMENT, Act.KEEP_PROTECTED, Act.OPEN_COMPARTMENT},
        # Runs the system and sees no person (R33).
        Role.ADMINISTRATOR: _EVERYBODY | {Act.END_TOKENS},
    }
)


def sees_compartments_alone(user: User) -> bool:
    """Tell whether a user's work is the compartments: of the lists themselves they see nothing."""
    return user.role == Role.OVERSIGHT


def supervises_cases(user: User) -> bool:
    """Tell whether a user, as a supervisor, sees the cases of their force that are kept to named people."""
    return Act.RESTRICT_CASE in PERMISSIONS[Role(user.role)]


def reads_across_forces(user: User) -> bool:
    """Tell whether a user reads dossiers of every force also where an operation keeps each to its own (R33).

    That is the centre, which belongs to no force; and whoever opens no dossier at all (who counts, who audits by codes,
    who runs the system), or is shown compartments alone: what these see is bounded by something else.
    """
    return not user.force or Act.SEE_DOSSIER not in PERMISSIONS[Role(user.role)] or sees_compartments_alone(user)


def accepts_for(user: User, force: str) -> bool:
    """Tell whether a user says for a force that it takes a person on whom nobody owns yet (R18).

    The force's own supervisors and liaison officers alone: a force that somebody else answered for has not been asked,
    and a list that nobody has accepted lies (Project Spade). Who belongs to no force, as the centre's people do,
    accepts for none; they record the places from which a force is proposed.
    """
    return bool(force) and user.force == force and allows(user, Act.ACCEPT_PERSON)


def allows(user: User | AnonymousUser, act: Act) -> bool:
    """Tell whether the user's role permits the act; inactive and anonymous users may do nothing.

    Of what a token can be given, who came with one may do only what theirs was given.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.narrowed is not None and act in READING and act.value not in user.narrowed.acts:
        return False
    return act in PERMISSIONS[Role(user.role)]
