"""What each command needs: the right that the role of whoever runs it must have. What is not named here is refused.

Who runs a command is whom ``--by`` names, or the user named like the operating system's account. An account that is no
user of Soken acts for the installation: it can read the home's files anyway, which no check of ours would change.
"""

from __future__ import annotations

import inspect
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.pages import beyond_a_page
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.refusals import refused
from soken.ledger.attribution import attributed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    import typer

    from soken.access.models import User

#: Instead of a right: runs the machine and shows no person.
SYSTEM: Final = "system"
#: Instead of a right: whoever is a user, of whatever role, as a page for everybody who has signed in.
SIGNED_IN: Final = "signed-in"

#: Commands whose result leaves the installation in a file.
CARRIES_AWAY: Final = frozenset(
    {"attachment get", "case export", "feed get", "feed lookup-key", "links export", "packet make"}
)

#: Of these, what takes a person's case out: nobody learns later who holds a copy unless it is said, nor why.
SAYS_TO_WHOM_AND_WHY: Final = frozenset({"case export", "packet make"})

#: Command → value of the `Act` that it needs, `SIGNED_IN`, or `SYSTEM`.
NEEDS: Final = MappingProxyType(
    {
        "api": SYSTEM,
        "attachment add": "record-finding",
        "attachment get": "see-dossier",
        "backup": SYSTEM,
        "backup-key": SYSTEM,
        "board": "see-dossier",
        "case export": "see-dossier",
        "case import": "take-in",
        "clearance add-suspect": "record-clearance",
        "clearance lawbreaking": "record-clearance",
        "clearance not-same-suspect": "record-clearance",
        "clearance record": "record-clearance",
        "clearance same-suspect": "record-clearance",
        "clearance strike": "record-clearance",
        "clearance strike-lawbreaking": "record-clearance",
        "clearance strike-suspect": "record-clearance",
        "compartment bar": "open-compartment",
        "compartment let-in": "open-compartment",
        "compartment lift": "open-compartment",
        "compartment list": "see-dossier",
        "compartment release": "restrict-case",
        "compartment restrict": "restrict-case",
        "compartment settle": "open-compartment",
        "compartment shut": "shut-compartment",
        "demo": SYSTEM,
        "disclosure ask": "ask-disclosure",
        "disclosure list": "see-dossier",
        "disclosure refuse": "release-disclosure",
        "disclosure release": "release-disclosure",
        "disclosure take": "ask-disclosure",
        "disclosure withdraw": "ask-disclosure",
        "docs": SYSTEM,
        "doctor": SYSTEM,
        "dossier advance": "advance",
        "dossier bulk": "see-dossier",
        "dossier bulk-report": "see-dossier",
        "dossier confirm": "confirm-identity",
        "dossier corroborate": "record-finding",
        "dossier doubt": "confirm-identity",
        "dossier element": "record-finding",
        "dossier elsewhere": "record-finding",
        "dossier end": "end-dossier",
        "dossier interview": "record-finding",
        "dossier join": "end-dossier",
        "dossier enquiry": "record-finding",
        "dossier exhibit": "record-finding",
        "dossier notice": "send-notice",
        "dossier open": "open-dossier",
        "dossier look-after": "plan-welfare",
        "dossier own": "accept-person",
        "dossier place": "own",
        "dossier review": "review-screening",
        "dossier rival": "record-finding",
        "dossier role": "record-finding",
        "dossier rows": "record-finding",
        "dossier screen": "screen",
        "dossier show": "see-dossier",
        "dossier welfare": "plan-welfare",
        "dossier withdraw": "record-finding",
        "enquiry close": "record-finding",
        "enquiry follow": "record-finding",
        "enquiry list": "see-dossier",
        "enquiry mine": "see-dossier",
        "enquiry open": "record-finding",
        "feed add": "enter-address",
        "feed candidates": "see-evidence",
        "feed check": SYSTEM,
        "feed delist": "release-address",
        "feed get": "see-feed",
        "feed keep": "release-address",
        "feed list": "see-feed",
        "feed lookup-key": "publish-feed",
        "feed public-key": SYSTEM,
        "feed publish": "publish-feed",
        "feed release": "release-address",
        "feed verify": SYSTEM,
        "feed versions": "see-feed",
        "feed withdraw": "release-address",
        "erase approve": "review-retention",
        "erase carry-out": "erase",
        "erase give-up": "review-retention",
        "erase keep": "review-retention",
        "erase list": "review-retention",
        "erase propose": "review-retention",
        "erase verify": SYSTEM,
        "filter delete": "see-person",
        "filter list": "see-person",
        "filter save": "see-person",
        "graph show": "see-person",
        "handover accept": "own",
        "handover answer": "own",
        "handover approve": "approve-handover",
        "handover key": SYSTEM,
        "handover list": "see-dossier",
        "handover prepare": "own",
        "handover receive": "own",
        "handover return": "own",
        "handover send": "own",
        "handover show": "see-dossier",
        "handover take-in": "own",
        "handover trust add": "trust-peer",
        "handover trust compare": "trust-peer",
        "handover trust list": "trust-peer",
        "handover trust revoke": "trust-peer",
        "handover withdraw": "own",
        "key make": SYSTEM,
        "key rotate": SYSTEM,
        "intake": "take-in",
        "job cancel": "resolve",
        "job list": "resolve",
        "job reread": "correct-mapping",
        "job resolve": "resolve",
        "ledger ask-stamp": SYSTEM,
        "ledger checkpoint": SYSTEM,
        "ledger list": "see-ledger",
        "ledger show": "see-dossier",
        "ledger resume": SYSTEM,
        "ledger take-stamp": SYSTEM,
        "ledger verify": SYSTEM,
        "links export": "see-person",
        "mapping correct": "correct-mapping",
        "note list": "see-dossier",
        "note write": "record-finding",
        "notify digest": SYSTEM,
        "notify due": SYSTEM,
        "notify list": SIGNED_IN,
        "notify read": SIGNED_IN,
        "old-case import": "import-cases",
        "old-case waiting": "import-cases",
        "operation list": "see-operation",
        "operation new": SYSTEM,
        "packet certificate": SYSTEM,
        "packet make": "see-dossier",
        "packet verify": SYSTEM,
        "permissions": SYSTEM,
        "persons list": "see-person",
        "priority approve": "lower-priority",
        "priority assess": "assess-priority",
        "priority instrument": "see-operation",
        "priority list": "see-dossier",
        "priority override": "assess-priority",
        "priority rates": "see-dossier",
        "priority refuse": "assess-priority",
        "priority rescore": "lower-priority",
        "priority show": "see-dossier",
        "protected add": "keep-protected",
        "protected list": "keep-protected",
        "protected withdraw": "keep-protected",
        "reading agree": "set-reading",
        "reading by-all": "set-reading",
        "reading by-force": "set-reading",
        "reading refuse": "set-reading",
        "reading show": "see-operation",
        "referral disposed": "record-prosecutor",
        "referral inquest": "record-prosecutor",
        "referral list": "see-dossier",
        "referral received": "record-prosecutor",
        "referral reopen": "record-prosecutor",
        "referral send": "refer",
        "referral verdict": "record-prosecutor",
        "referral verdict-final": "record-prosecutor",
        "referral withdraw": "record-prosecutor",
        "report annual": "see-statistics",
        "report half-year": "see-statistics",
        "report month": "see-statistics",
        "report table": "see-statistics",
        "report vintage": "take-vintage",
        "report vintages": "see-statistics",
        "resolve": "resolve",
        "restore": SYSTEM,
        "review accept": "resolve",
        "review compare": "resolve",
        "review discard": "resolve",
        "review further": "judge",
        "review history": "judge",
        "review judge": "judge",
        "review merge": "judge",
        "review next": "judge",
        "review restore": "judge",
        "review split": "judge",
        "review undo": "judge",
        "safety acknowledge": "notify-safety",
        "safety cancel": "notify-safety",
        "safety list": "see-safety",
        "safety notify": "notify-safety",
        "sample answer": "assess-priority",
        "sample draw": "draw-sample",
        "sample list": "see-dossier",
        "sample set-aside": "assess-priority",
        "sample show": "see-dossier",
        "search": "see-person",
        "serve": SYSTEM,
        "squad agree-end": "form-squad",
        "squad approve": "approve-squad",
        "squad commander": "form-squad",
        "squad cover": "form-squad",
        "squad end": "form-squad",
        "squad form": "form-squad",
        "squad list": "see-dossier",
        "squad refuse-end": "form-squad",
        "squad withdraw": "approve-squad",
        "standing": "see-dossier",
        "task done": "record-finding",
        "task give": "record-finding",
        "task mine": "see-dossier",
        "token list": "hold-token",
        "token new": "hold-token",
        "token revoke": "hold-token",
        "track allege": "record-offence",
        "track clocks": "see-dossier",
        "track limitation": "record-offence",
        "track restrain": "record-custody",
        "track show": "see-dossier",
        "track step": "record-custody",
        "track withdraw-offence": "record-offence",
        "track withdraw-restraint": "record-custody",
        "track withdraw-step": "record-custody",
        "transfer accept": "own",
        "transfer list": "see-dossier",
        "transfer offer": "own",
        "transfer receive": "own",
        "transfer return": "own",
        "transfer withdraw": "own",
        "user change": SYSTEM,
        "user contact": SYSTEM,
        "user join": SYSTEM,
        "user leave": SYSTEM,
        "user let-in": SYSTEM,
        "user password": SYSTEM,
        "user shut-out": SYSTEM,
        "user list": SYSTEM,
        "user new": SYSTEM,
        "user sign-out": SYSTEM,
        "user unlock": SYSTEM,
        "user reset-second-factor": SYSTEM,
        "user link": SYSTEM,
        "user unlink": SYSTEM,
        "warrant end": "record-warrant",
        "warrant link": "record-warrant",
        "warrant list": "see-warrant",
        "warrant record": "record-warrant",
        "worker": SYSTEM,
        "wrong-person answered": "recall-copies",
        "wrong-person ask": "recall-copies",
        "wrong-person close": "decide-wrong-person",
        "wrong-person copy": "recall-copies",
        "wrong-person given": "decide-wrong-person",
        "wrong-person list": "see-dossier",
        "wrong-person look": "recall-copies",
        "wrong-person propose": "decide-wrong-person",
        "wrong-person question": "recall-copies",
        "wrong-person report": "end-dossier",
        "wrong-person settle": "decide-wrong-person",
        "wrong-person show": "see-dossier",
    }
)


def check_command(name: str, by: str) -> None:
    """Refuse a command to a user whose role has not the right that it needs.

    Args:
        name: the command as typed, without ``soken``.
        by: the user whom ``--by`` names, '' for the operating system's.

    Raises:
        RefusedError: the role has not the right, or the table does not name the command.
    """
    if name not in NEEDS:
        raise RefusedError(
            _("No right is named for 'soken %(name)s', so nobody may run it; name it in commands/rights.py.")
            % {"name": name}
        )
    if NEEDS[name] in {SYSTEM, SIGNED_IN}:
        return
    from soken.commands.started import started

    started()
    from soken.access.policy import Act, allows

    user = _runner(by)
    if user is not None and not allows(user, Act(NEEDS[name])):
        raise RefusedError(
            _("The role of %(name)s (%(role)s) may not do this (%(act)s); ask somebody whose role may.")
            % {"name": user.username, "role": in_words(user.role, user.get_role_display()), "act": NEEDS[name]}
        )


def check_operation(named: object, by: str) -> None:
    """Refuse a user an operation that they are no member of, as its pages do; not told apart from one that is none.

    Args:
        named: the operation that a command was given: its name or short name; anything else is left to the command.
        by: the user whom ``--by`` names, '' for the operating system's.

    Raises:
        NotFoundError: the user is no member of it, or there is none.
    """
    user = _runner(by)
    if user is None or not isinstance(named, str) or not named.strip():
        return
    from django.db.models import Q

    from soken.casework.models import Operation

    asked = named.strip()
    if not Operation.objects.visible_to(user).filter(Q(name=asked) | Q(slug=asked)).exists():
        raise NotFoundError(f"No operation {asked} is open to you.")


def _runner(by: str) -> User | None:
    """Return the user who runs a command, None for an account that is no user."""
    from soken.access.models import User
    from soken.commands.output import actor

    return User.objects.filter(username=by or actor()).first()


def _eyes() -> AbstractContextManager[None]:
    """Read with the eyes of the operating system's user; another's open only with their password (`acting_user`).

    An account that is no user acts for the installation.
    """
    from soken.access.eyes import acting_for_installation, viewing

    runner = _runner("")
    return viewing(runner) if runner else acting_for_installation()


def _account(by: str) -> str:
    """Return how the ledger names whoever runs a command, where the database has not been asked."""
    from soken.commands.output import actor

    return f"account:{by or actor()}"


def _door(name: str, by: str, said: Mapping[str, Any]) -> AbstractContextManager[None]:
    """Return the ledger's door for a command: who runs it, on which operation and person."""
    from soken.commands.started import started

    started()
    from django.db.models import Q

    from soken.access.eyes import acting_for_installation
    from soken.casework.models import Operation
    from soken.ledger.doors import door

    user, named = _runner(by), str(said.get("operation") or "").strip()
    with acting_for_installation():
        found = (
            Operation.objects.filter(Q(name=named) | Q(slug=named)).values_list("slug", flat=True).first()
            if named
            else None
        )
    return door(
        by=user.username if user else _account(by),
        act=NEEDS.get(name, ""),
        through=f"command {name}",
        operation=found or "",
        person=_person(said.get("person")),
    )


def _person(named: object) -> str:
    """Return the code of the person whom a command names; '' where it names nobody, or several."""
    codes = named if isinstance(named, list) else [named]
    return str(codes[0] or "").strip().upper() if len(codes) == 1 else ""


def _reading(name: str, said: Mapping[str, Any]) -> None:
    """Record what a command shows or carries away, before it does.

    Raises:
        BadInputError: it takes a case out and does not say to whom, or why.
        RefusedError: it takes persons out by one person, and the installation wants two.
    """
    from soken.commands.alone import ALONE, check_alone
    from soken.ledger.doors import consulted
    from soken.ledger.entries import Kind

    whole_list = beyond_a_page(name, int(said.get("limit") or 0))
    alone = {"alone": True} if name in ALONE or whole_list else {}
    if alone:
        check_alone(name)
    if name in SAYS_TO_WHOM_AND_WHY or whole_list:
        # Not for every command: it brings what reads tables along, half a second.
        from soken.casework.actions.said import to_whom_and_why

        try:
            to, why = to_whom_and_why(str(said.get("recipient") or ""), str(said.get("reason") or ""))
        except BadInputError as nobody_said:
            # Whoever tries to take a case out without saying so is told of as well.
            refused(nobody_said.message)
            raise
        consulted(kind=Kind.DISCLOSURE, recipient=to, because=why, asked=_asked(said), facts=alone)
    elif name in CARRIES_AWAY:
        consulted(kind=Kind.DISCLOSURE, recipient=str(said.get("recipient") or ""), asked=_asked(said), facts=alone)
    elif NEEDS[name].startswith("see-") or NEEDS[name] == SIGNED_IN:
        consulted(asked=_asked(said))


def _asked(said: Mapping[str, Any]) -> str:
    """Return what a command was asked for, as far as that is more than an operation and a person."""
    rest = {key: value for key, value in said.items() if value and key not in {"operation", "person", "by"}}
    return " ".join(f"{key}={value}" for key, value in rest.items())[:2000]


def guard(app: typer.Typer) -> None:
    """Put the check before every command of an application, once."""
    for name, command in _commands(app, ()):
        if command.callback is not None and not hasattr(command.callback, "soken_command"):
            command.callback = _guarded(name, command.callback)


def _commands(app: typer.Typer, above: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Walk the commands of an application: their names as typed, and what Typer knows of them."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        yield " ".join((*above, name)), command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            # A group without a name of its own adds its commands to the one above.
            own = (group.name,) if isinstance(group.name, str) else ()
            yield from _commands(group.typer_instance, (*above, *own))


def _guarded(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
    """Return the command with the check before it."""
    has_by = "by" in inspect.signature(run).parameters

    @wraps(run)
    def checked(*args: Any, **kwargs: Any) -> Any:
        from soken.commands.started import started

        started.cache_clear()
        by = str(kwargs.get("by") or "") if has_by else ""
        if NEEDS.get(name) == SYSTEM:
            check_command(name, by)
            from soken.access.eyes import acting_for_installation

            with attributed(by=_account(by), act=SYSTEM, through=f"command {name}"), acting_for_installation():
                return run(*args, **kwargs)
        with _door(name, by, kwargs), _eyes():
            check_command(name, by)
            check_operation(kwargs.get("operation"), by)
            _reading(name, kwargs)
            return run(*args, **kwargs)

    checked.__dict__["soken_command"] = name
    return checked
