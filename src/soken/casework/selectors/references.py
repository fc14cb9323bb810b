"""What a reference names, wherever the reader may look: warrants, referrals, receipts, old cases, transfers, packets.

Each is asked by its own index for the whole reference, however it was typed; nothing is read through. Most of what is
typed into the box is no reference: two questions tell where any stands, and only there it is looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Value

from soken.access.policy import Act, allows
from soken.casework.models import (
    CourtVerdict,
    Disposition,
    Dossier,
    EvidenceItem,
    IncomingHandover,
    OldCaseLine,
    Operation,
    OutgoingHandover,
    Referral,
    Squad,
    Transfer,
    Warrant,
)
from soken.casework.models.warrant import folded
from soken.casework.selectors.referral_contents import contents_of
from soken.core.errors import RefusedError
from soken.refer.contents import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model, QuerySet

    from soken.access.models import User

#: References that are told at once; more than these share one only by mistake.
MOST: Final = 50
_NUMBER: Final = re.compile(r"#?([1-9][0-9]{0,17})")
_PACKET: Final = re.compile(r"pk-([0-9a-z-]{1,14})-([0-9a-f]{8})")
_PERSON: Final = ("dossier__person_code", "dossier__operation__slug", "dossier__operation__name")
_CASE: Final = tuple(f"referral__{one}" for one in _PERSON)
_JUDGED: Final = tuple(f"disposition__{one}" for one in _CASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a reference names.

    Attributes:
        kind: 'warrant', 'referral', 'receipt', 'disposition', 'verdict', 'old-case', 'transfer', 'handover',
            'handover-in', 'packet', 'packet-draft', 'packet-past' (neither as sent nor as it stands), 'squad' or
            'evidence'.
        said: the reference as it was recorded.
        slug, name: of the operation.
        person: code of the person, '' where it concerns no one person.
        key: what the page tells it by: a number, an evidence id, a transfer's code.
    """

    kind: str
    said: str
    slug: str
    name: str
    person: str = ""
    key: str = ""


def references(user: User | AnonymousUser, text: str, operation: Operation | None = None) -> tuple[Reference, ...]:
    """Return what a text names, at most `MOST`.

    Args:
        user: who asks; only what their role and their operations open is found.
        text: what was typed into the box.
        operation: only there; None for all operations of the user.
    """
    where = Operation.objects.visible_to(user)
    where = where if operation is None else where.filter(pk=operation.pk)
    key = folded(text)
    if not key:
        return ()
    named = _named(where, key)
    found = [
        one for act, finder in _FINDERS if finder.__name__ in named and allows(user, act) for one in finder(where, key)
    ]
    return tuple(found[:MOST])


def _named(where: QuerySet[Operation], key: str) -> set[str]:
    """Return the names of the finders that can find something of this reference (two queries).

    What is there may all the same be shut to the reader: the finders ask for it as the reader may see it.
    """
    operations = list(where.values_list("pk", flat=True))
    first, *others = (
        model._base_manager.filter(**{column: spelt(key)}, **({"operation__in": operations} if by_operation else {}))
        .order_by()
        .values_list(Value(finder.__name__), flat=True)
        for finder, model, column, spelt, by_operation in _STANDS
    )
    by_shape = {
        finder.__name__ for finder, shape in ((_transfers, _NUMBER), (_packets, _PACKET)) if shape.fullmatch(key)
    }
    return by_shape | set(first.union(*others))


def _warrants(where: QuerySet[Operation], key: str) -> Iterator[Reference]:
    """Yield the warrants of this reference, each with the first person whom it names."""
    for one in Warrant.objects.filter(operation__in=where, folded=key).select_related("operation")[:MOST]:
        code = one.links.values_list("dossier__person_code", flat=True).first() or ""
        yield Reference("warrant", one.reference, one.operation.slug, one.operation.name, code, str(one.pk))


def _referrals(where: QuerySet[Operation], key: str) -> Iterator[Reference]:
    """Yield what was sent to an office under this reference, received there under it, or decided there or in court."""
    sent = Referral.objects.filter(dossier__operation__in=where)
    for said, code, slug, name in sent.filter(folded=key).values_list("reference", *_PERSON)[:MOST]:
        yield Reference("referral", said, slug, name, code)
    received = sent.filter(received_folded=key).values_list("received_number", *_PERSON)
    for said, code, slug, name in received[:MOST]:
        yield Reference("receipt", said, slug, name, code)
    decided = Disposition.objects.filter(referral__dossier__operation__in=where, folded=key)
    for said, code, slug, name in decided.values_list("reference", *_CASE)[:MOST]:
        yield Reference("disposition", said, slug, name, code)
    judged = CourtVerdict.objects.filter(disposition__referral__dossier__operation__in=where, folded=key)
    for said, code, slug, name in judged.values_list("reference", *_JUDGED)[:MOST]:
        yield Reference("verdict", said, slug, name, code)


def _old_cases(where: QuerySet[Operation], key: str) -> Iterator[Reference]:
    """Yield the old cases of this number that became somebody's dossier."""
    lines = OldCaseLine.objects.filter(operation__in=where, folded=key, dossier__isnull=False)
    for said, code, slug, name in lines.values_list("reference", *_PERSON)[:MOST]:
        yield Reference("old-case", said, slug, name, code)


def _transfers(where: QuerySet[Operation], key: str) -> Iterator[Reference]:
    """Yield the transfer of this number, and the handovers between installations of this code."""
    if number := _NUMBER.fullmatch(key):
        for pk, code, slug, name in Transfer.objects.filter(
            pk=int(number[1]), dossier__operation__in=where
        ).values_list("pk", *_PERSON):
            yield Reference("transfer", str(pk), slug, name, code, str(pk))
    out = OutgoingHandover.objects.filter(transfer=key.upper(), dossier__operation__in=where)
    for said, code, slug, name in out.values_list("transfer", *_PERSON):
        yield Reference("handover", said, slug, name, code, said)
    into = IncomingHandover.objects.filter(transfer=key.upper(), operation__in=where)
    for said, slug, name in into.values_list("transfer", "operation__slug", "operation__name"):
        yield Reference("handover-in", said, slug, name, "", said)


def _packets(where: QuerySet[Operation], key: str) -> Iterator[Reference]:
    """Yield the person whose packet this is: as it was sent, as the draft stands now, or as it stood once."""
    parts = _PACKET.fullmatch(key)
    if parts is None:
        return
    whose = Dossier.objects.filter(operation__in=where, person_code=f"P-{parts[1].upper()}")
    for one in whose.select_related("operation")[:MOST]:
        kind = (
            "packet" if one.referrals.filter(contents_sha256__startswith=parts[2]).exists() else _draft(one, parts[2])
        )
        yield Reference(
            kind, f"PK-{parts[1].upper()}-{parts[2]}", one.operation.slug, one.operation.name, one.person_code
        )


def _draft(dossier: Dossier, begun: str) -> str:
    """Return whether a packet that was never sent is the draft as it stands now."""
    try:
        now = digest_of(contents_of(dossier).as_json())
    except RefusedError:
        # More than can be sent in one piece: there is no such draft now.
        return "packet-past"
    return "packet-draft" if now.startswith(begun) else "packet-past"


def _squads(where: QuerySet[Operation], key: str) -> Iterator[Reference]:
    """Yield the joint squads on an agreement of this reference."""
    for one in Squad.objects.filter(operation__in=where, folded=key).select_related("operation")[:MOST]:
        yield Reference("squad", one.reference, one.operation.slug, one.operation.name, key=str(one.pk))


def _evidence(where: QuerySet[Operation], key: str) -> Iterator[Reference]:
    """Yield the evidence item of this id, in each operation that has it."""
    items = EvidenceItem.objects.filter(operation__in=where, evidence_id=_evidence_id(key))
    for said, slug, name in items.values_list("evidence_id", "operation__slug", "operation__name")[:MOST]:
        yield Reference("evidence", said, slug, name, key=said)


def _evidence_id(key: str) -> str:
    """Return a reference as the id of an evidence item is written."""
    return f"E-{key[2:]}" if key.startswith("e-") else key


#: Where references stand: who finds them, model, column, how it spells them, whether its index begins with operations.
_STANDS: Final[tuple[tuple[Callable[..., Any], type[Model], str, Callable[[str], str], bool], ...]] = (
    (_warrants, Warrant, "folded", str, True),
    (_referrals, Referral, "folded", str, False),
    (_referrals, Referral, "received_folded", str, False),
    (_referrals, Disposition, "folded", str, False),
    (_referrals, CourtVerdict, "folded", str, False),
    (_old_cases, OldCaseLine, "folded", str, True),
    (_transfers, OutgoingHandover, "transfer", str.upper, False),
    (_transfers, IncomingHandover, "transfer", str.upper, False),
    (_squads, Squad, "folded", str, True),
    (_evidence, EvidenceItem, "evidence_id", _evidence_id, True),
)
#: The right that the page of each asks for, and who finds it.
_FINDERS: Final[tuple[tuple[Act, Callable[[QuerySet[Operation], str], Iterator[Reference]]], ...]] = (
    (Act.SEE_WARRANT, _warrants),
    (Act.SEE_DOSSIER, _referrals),
    (Act.SEE_DOSSIER, _old_cases),
    (Act.SEE_DOSSIER, _transfers),
    (Act.SEE_DOSSIER, _packets),
    (Act.SEE_DOSSIER, _squads),
    (Act.SEE_EVIDENCE, _evidence),
)
