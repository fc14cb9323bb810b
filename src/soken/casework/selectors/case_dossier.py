"""What people established about a person as CASE nodes: facts, assessments and capacities apart, as they are sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from soken.casework.selectors.dossier import facts_of
from soken.casework.selectors.referral_contents import contents_of
from soken.exchange.case import nodes
from soken.exchange.case.terms import node_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import Dossier, Operation, Referral
    from soken.casework.selectors.case_acts import Named
    from soken.exchange.case.terms import Node

#: Confirmations of two different people make an identity.
_CONFIRMED = 2


def dossier_nodes(operation: Operation, dossier: Dossier, named: Named) -> Iterator[Node]:
    """Yield what would be sent of a dossier now, or what was sent where it was referred, and the referral itself."""
    referral, contents = _sent(dossier)
    who = node_id("person", operation.slug, dossier.person_code)
    yield from _standing(operation, dossier, who)
    for part in ("facts", "assessments"):
        for place, said in enumerate(contents[part]):
            yield from _statement(operation, dossier, part, place, said, named)
    yield from _others(operation, dossier, contents["persons"])
    if referral:
        yield from _referral(operation, referral, who, named)


def rows_told(dossier: Dossier) -> dict[str, list[int]]:
    """Return evidence id → rows of a dossier, and of what is sent of it: rows move, what was sent stays."""
    found: dict[str, set[int]] = {}
    for item, row in dossier.rows.values_list("evidence", "row"):
        found.setdefault(item, set()).add(row)
    for said in _sent(dossier)[1]["facts"]:
        if said["kind"] == "row":
            item, _, row = said["code"].rpartition(":")
            found.setdefault(item, set()).add(int(row))
    return {item: sorted(rows) for item, rows in sorted(found.items())}


def _sent(dossier: Dossier) -> tuple[Referral | None, dict[str, Any]]:
    """Return the referral with what was sent; without one, what would be sent now."""
    referral = dossier.referrals.filter(over_at__isnull=True).select_related("by", "liaison").first()
    return referral, referral.contents if referral else contents_of(dossier).as_json()


def _standing(operation: Operation, dossier: Dossier, who: str) -> Iterator[Node]:
    """Yield the capacity of a suspect, once two people have confirmed the identity."""
    given = facts_of(dossier).confirmations
    if len({one.by for one in given if one.current}) < _CONFIRMED:
        return
    role = {
        "@id": node_id("subject", operation.slug, dossier.person_code),
        "@type": "case-investigation:Subject",
        "uco-core:name": dossier.person_code,
    }
    yield role
    yield nodes.relationship("Has_Role", who, role["@id"])


def _statement(
    operation: Operation, dossier: Dossier, part: str, place: int, said: dict[str, Any], named: Named
) -> Iterator[Node]:
    """Yield one thing said; a row points to the row, an exhibit has its provenance record."""
    about = [node_id("person", operation.slug, dossier.person_code)]
    if said["kind"] == "row":
        item, _, row = said["code"].rpartition(":")
        about.append(node_id("row", item, row))
    yield from named.actor(said["by"])
    made = nodes.annotation(
        node_id("statement", operation.slug, dossier.person_code, part, place, json.dumps(said, sort_keys=True)),
        f"{said['kind']} {said['code']}",
        about,
        by=node_id("actor", said["by"]) if said["by"] else "",
        part=part.removesuffix("s"),
        kind=said["kind"],
        code=said["code"],
        on=said["on"],
        said=json.dumps(said["said"], ensure_ascii=False, sort_keys=True),
    )
    yield made
    if said["kind"] == "exhibit":
        number = node_id("exhibit", operation.slug, dossier.person_code, said["code"])
        yield nodes.provenance(number, said["code"], [made["@id"]])


def _others(operation: Operation, dossier: Dossier, persons: list[dict[str, Any]]) -> Iterator[Node]:
    """Yield the capacities in which persons are spoken of."""
    who = node_id("person", operation.slug, dossier.person_code)
    for one in persons:
        yield nodes.annotation(
            node_id("capacity", operation.slug, dossier.person_code, one["category"], one["who"]),
            f"{one['category']} {one['who']}",
            [who],
            part="category",
            category=one["category"],
            who=one["who"],
            roles=" ".join(one["roles"]),
        )


def _referral(operation: Operation, referral: Referral, who: str, named: Named) -> Iterator[Node]:
    """Yield the referral as an act, with the hash of what was sent."""
    by = referral.by.username
    yield from named.actor(by)
    made = nodes.action(
        node_id("referral", operation.slug, referral.reference),
        "referred",
        at=referral.sent_on.isoformat(),
        performer=node_id("actor", by),
        objects=[who],
    )
    yield made | {
        "soken:form": referral.kind,
        "soken:office": referral.office,
        "soken:contentsSha256": referral.contents_sha256,
        "uco-core:externalReference": [
            {
                "@id": node_id("reference", made["@id"]),
                "@type": "uco-core:ExternalReference",
                "uco-core:externalIdentifier": referral.reference,
            }
        ],
    }
