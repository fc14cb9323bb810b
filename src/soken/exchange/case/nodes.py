"""One function a thing: what a case, a file, a row, a person, an act is called in CASE/UCO."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from soken.exchange.case.terms import Node, moment, node_id, ref, refs, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

#: A moment that says its hour; a bare day is told in words, since CASE knows moments only.
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


def _facet(owner: str, what: str, *names: object) -> Node:
    """Return the beginning of a facet: its own id, as UCO wants of all things, and its class."""
    return {"@id": node_id("facet", owner, what, *names), "@type": what}


def investigation(
    slug: str, name: str, opened: datetime, objects: Sequence[str], authorizations: Sequence[str]
) -> Node:
    """Return an operation, with what belongs to it (never empty)."""
    return told(
        {
            "@id": node_id("operation", slug),
            "@type": "case-investigation:Investigation",
            "uco-core:name": name,
            "soken:shortName": slug,
            "case-investigation:investigationForm": "case",
            "uco-core:startTime": moment(opened),
            "case-investigation:relevantAuthorization": refs(list(authorizations)),
            "uco-core:object": refs(list(objects)),
        }
    )


def authorization(slug: str, kind: str, reference: str, issued_by: str, days: tuple[str, str]) -> Node:
    """Return a warrant.

    Args:
        slug: the operation's short name.
        kind: code of the kind.
        reference: its number.
        issued_by: the court.
        days: issued, good until; ISO, '' if not known.
    """
    return told(
        {
            "@id": node_id("warrant", slug, reference),
            "@type": "case-investigation:Authorization",
            "case-investigation:authorizationType": kind,
            "case-investigation:authorizationIdentifier": reference,
            "soken:issuedBy": issued_by,
            "soken:issuedOn": days[0],
            "soken:goodUntil": days[1],
        }
    )


def evidence_file(evidence: str, name: str, size: int, sha256: str, counts: Mapping[str, int]) -> Node:
    """Return an evidence item: the sealed file by its hash, never its bytes, and what became of its rows."""
    identity = node_id("file", sha256)
    return {
        "@id": identity,
        "@type": "uco-observable:File",
        "soken:evidence": evidence,
        **{f"soken:{what}": count for what, count in counts.items()},
        "uco-core:hasFacet": [
            {
                **_facet(identity, "uco-observable:FileFacet"),
                "uco-observable:fileName": name,
                "uco-observable:sizeInBytes": size,
            },
            {
                **_facet(identity, "uco-observable:ContentDataFacet"),
                "uco-observable:hash": {
                    **_facet(identity, "uco-types:Hash"),
                    "uco-types:hashMethod": "SHA256",
                    "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": sha256},
                },
            },
        ],
    }


def provenance(identity: str, number: str, objects: Sequence[str]) -> Node:
    """Return a provenance record: what bears an exhibit's number."""
    return {
        "@id": identity,
        "@type": "case-investigation:ProvenanceRecord",
        "case-investigation:exhibitNumber": number,
        "uco-core:object": refs(list(objects)),
    }


def action(
    identity: str,
    name: str,
    *,
    at: str,
    performer: str,
    objects: Sequence[str],
    results: Sequence[str] = (),
    after: str = "",
    tool: str = "",
    place: str = "",
    note: str = "",
) -> Node:
    """Return one act of an investigation.

    Args:
        identity: its id.
        name: what was done.
        at: when, ISO 8601; a day without an hour is told as a note.
        performer, tool, place: ids of who did it, with what, where; '' if not known.
        objects: ids of what it was done to.
        results: ids of what came of it.
        after: id of the act before it.
        note: anything further.
    """
    timed = _MOMENT.fullmatch(at) is not None
    return told(
        {
            "@id": identity,
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": name,
            "uco-core:description": note,
            "uco-action:startTime": moment(at) if timed else None,
            "soken:on": "" if timed else at,
            "uco-action:performer": ref(performer) if performer else None,
            "uco-action:instrument": [ref(tool)] if tool else None,
            "uco-action:location": [ref(place)] if place else None,
            "uco-action:object": refs(list(objects)),
            "uco-action:result": refs(list(results)),
            "case-investigation:wasInformedBy": [ref(after)] if after else None,
        }
    )


def named(kind: str, what: str, name: str) -> Node:
    """Return a thing of which only the name matters: who acted, a tool, a place.

    Args:
        kind: part of its id.
        what: its class with prefix.
        name: its name.
    """
    return {"@id": node_id(kind, name), "@type": what, "uco-core:name": name}


def row(evidence: str, number: int, table: str, cells: Mapping[str, str], place: Mapping[str, object]) -> Node:
    """Return an accepted row: one facet a field, each the text exactly as typed.

    Args:
        evidence: the item.
        number: the row's there, from 1.
        table: table or sheet; '' where there is one only.
        cells: field → text.
        place: where it stands in the original; what is not known is left out.
    """
    identity = node_id("row", evidence, number)
    return told(
        {
            "@id": identity,
            "@type": "uco-observable:TableField",
            "soken:evidence": evidence,
            "soken:row": number,
            "soken:table": table,
            **{f"soken:{name}": value for name, value in place.items()},
            "uco-core:hasFacet": [
                told({
                    **_facet(identity, "uco-observable:TableFieldFacet", name),
                    "uco-observable:tableName": table,
                    "uco-observable:recordRowID": str(number),
                    "uco-observable:recordFieldName": name,
                }) | {"uco-observable:recordFieldValue": text}
                for name, text in cells.items()
            ],
        }
    )  # fmt: skip


def person(slug: str, code: str, name: str, parts: tuple[str, str], said: Mapping[str, object]) -> Node:
    """Return a proposed person: an identity, and nothing that people have not established.

    Args:
        slug: the operation's short name.
        code: the person's.
        name: claimed name.
        parts: family and given name, '' where they cannot be told apart.
        said: further properties under Soken's prefix.
    """
    names = told({"uco-identity:familyName": parts[0], "uco-identity:givenName": parts[1]})
    identity = node_id("person", slug, code)
    facet = _facet(identity, "uco-identity:SimpleNameFacet")
    return told(
        {
            "@id": identity,
            "@type": "uco-identity:Person",
            "uco-core:name": name,
            "soken:person": code,
            **{f"soken:{what}": value for what, value in said.items()},
            "uco-core:hasFacet": [facet | names] if names else None,
        }
    )


def account(kind: str, value: str) -> tuple[Node, ...]:
    """Return a mail or phone account: the node, and for mail its address.

    Args:
        kind: 'email' or 'phone'.
        value: the address or number in comparable form.
    """
    identity = node_id(kind, value)
    if kind == "phone":
        phone = _facet(identity, "uco-observable:PhoneAccountFacet") | {"uco-observable:phoneNumber": value}
        return ({"@id": identity, "@type": "uco-observable:PhoneAccount", "uco-core:hasFacet": [phone]},)
    address = node_id("address", value)
    shown = _facet(address, "uco-observable:EmailAddressFacet") | {"uco-observable:addressValue": value}
    held = _facet(identity, "uco-observable:EmailAccountFacet") | {"uco-observable:emailAddress": ref(address)}
    return (
        {"@id": address, "@type": "uco-observable:EmailAddress", "uco-core:hasFacet": [shown]},
        {"@id": identity, "@type": "uco-observable:EmailAccount", "uco-core:hasFacet": [held]},
    )


def relationship(
    kind: str, source: str, target: str, *, directed: bool = True, confidence: int | None = None, **said: object
) -> Node:
    """Return a relationship of two nodes.

    Args:
        kind: in CASE's manner, as ``Contained_Within``.
        source, target: ids.
        directed: it does not hold the other way round.
        confidence: 0 to 100, where the machine weighed it.
        said: further properties under Soken's prefix.
    """
    certain = None if confidence is None else {"@type": "xsd:nonNegativeInteger", "@value": str(confidence)}
    identity = node_id("relationship", kind, source, target)
    facet = _facet(identity, "uco-core:ConfidenceFacet") | {"uco-core:confidence": certain}
    return told(
        {
            "@id": identity,
            "@type": "uco-observable:ObservableRelationship" if kind == "Contained_Within" else "uco-core:Relationship",
            "uco-core:source": ref(source),
            "uco-core:target": ref(target),
            "uco-core:kindOfRelationship": kind,
            "uco-core:hasFacet": [facet] if certain else None,
            **{f"soken:{name}": value for name, value in said.items()},
        }
    ) | {"uco-core:isDirectional": directed}


def annotation(identity: str, statement: str, objects: Sequence[str], *, by: str = "", **said: object) -> Node:
    """Return what somebody recorded of something.

    Args:
        identity: its id.
        statement: the words.
        objects: ids of what it is about.
        by: id of who recorded it, '' for the machine.
        said: further properties under Soken's prefix.
    """
    return told(
        {
            "@id": identity,
            "@type": "uco-core:Annotation",
            "uco-core:statement": statement,
            "uco-core:object": refs(list(objects)),
            "uco-core:createdBy": ref(by) if by else None,
            **{f"soken:{name}": value for name, value in said.items()},
        }
    )
