"""Proposed persons: the list with its page's filters, and one of them."""

from __future__ import annotations

from typing import Any, Final

from ninja import Query, Router

from soken.access.policy import Act
from soken.api.gate import Asked, reading
from soken.api.shapes.persons import (
    AnothersSaid,
    ClaimSaid,
    IdentitySaid,
    LinkSaid,
    PersonLine,
    PersonList,
    PersonRow,
    PersonSaid,
    PersonsAsked,
    PlaceSaid,
    PurchaseSaid,
    ReasonSaid,
    RoleSaid,
)
from soken.api.shapes.questions import Paged, PersonCode, Slug
from soken.casework.language import page_language
from soken.casework.models import Person
from soken.casework.selectors.funnel import is_stale
from soken.casework.selectors.person import ROWS, person_file
from soken.casework.selectors.person_links import LinkedPair
from soken.casework.selectors.persons import is_place, person_of, persons_page
from soken.casework.selectors.saved_filters import query_of
from soken.casework.selectors.whose import Whose, anothers
from soken.core.errors import NotFoundError
from soken.core.fields import FIELDS
from soken.resolve.phrases import words

router = Router(tags=["persons"])

#: Purchases and links to others that are told; those beyond are counted.
PURCHASES: Final = 500
REVIEW: Final = 100


@reading(router, "/operations/{slug}/persons", Act.SEE_PERSON, PersonList, summary="Proposed persons")
def persons(request: Asked, slug: Slug, asked: Query[PersonsAsked]) -> PersonList:
    """List the proposed persons, fifty at a time; each page costs the same, however far down it is."""
    query = query_of({name: str(value) for name, value in asked.dict().items()})
    if not is_place(query):
        raise NotFoundError("There is no such place in this list; begin at the top.")
    page = persons_page(request.operation, query)
    known = anothers(request.operation, [one.code for one in page.persons])
    return PersonList(
        persons=[PersonLine(**_line(one, known.get(one.code))) for one in page.persons],
        total=page.total,
        more=page.more,
        first=page.first,
        earlier=page.earlier,
        later=page.later,
    )


@reading(router, "/operations/{slug}/persons/{code}", Act.SEE_PERSON, PersonSaid, summary="One proposed person")
def person(request: Asked, slug: Slug, code: PersonCode, asked: Query[Paged]) -> PersonSaid:
    """Give what a person's rows claim and bought, which links join them and why, and whom it may be the same as."""
    found, run = person_of(request.operation, code), request.operation.runs.first()
    if run is None:
        raise NotFoundError(f"No run proposes {code}.")
    items = list(request.operation.evidence.all())
    file = person_file(request.operation, items, run, found, page=asked.page)
    return PersonSaid(
        **_line(found),
        run=run.run_id,
        stale=is_stale(run, items),
        identities=[
            IdentitySaid(
                record=one.record,
                rows=one.rows,
                first=PlaceSaid(evidence=one.evidence, row=one.row),
                claims=[ClaimSaid(kind=said.kind, typed=said.typed, compared=said.compared) for said in one.claims],
            )
            for one in file.identities
        ],
        identities_total=file.identity_count,
        purchases=[
            PurchaseSaid(evidence=one.evidence, row=one.row, item=one.item, on=one.on)
            for one in file.purchases[:PURCHASES]
        ],
        purchases_total=len(file.purchases),
        rows_shown=[_row(one) for one in file.rows],
        pages=max(1, -(-file.row_count // ROWS)),
        roles=[
            RoleSaid(
                role=one.group.value, texts=list(one.texts), rows=one.rows,
                first=PlaceSaid(evidence=one.evidence, row=one.row),
            )
            for one in file.roles
        ],
        joined=[link_said(one) for one in file.links.joined],
        joined_total=file.links.joined_count,
        review=[link_said(one) for one in file.links.review[:REVIEW]],
        review_total=len(file.links.review),
    )  # fmt: skip


def link_said(pair: LinkedPair) -> LinkSaid:
    """Say why two records are one person, or may be, in the reader's language."""
    language, link = page_language(), pair.link
    return LinkSaid(
        band=link.band,
        weight=link.weight,
        left=PlaceSaid(evidence=pair.left.evidence, row=pair.left.row),
        right=PlaceSaid(evidence=pair.right.evidence, row=pair.right.row),
        other=pair.other,
        judged=link.judged,
        question=words("review", link.review_reason, language) if link.review_reason else "",
        reasons=[
            ReasonSaid(
                comparison=one.comparison, level=one.level, says=words(one.comparison, one.level, language),
                weight=one.weight, left=one.left_value, right=one.right_value,
            )
            for one in link.reasons
        ],
    )  # fmt: skip


def _line(person: Person, anothers: Whose | None = None) -> dict[str, Any]:
    """Return what the list says of a person; whose it is, where another force keeps it to itself."""
    names = ("name", "kana", "prefecture", "band", "rows", "records", "items", "first_order", "last_order")
    others = [code for code in person.review_with.split(";") if code]
    return {"person": person.code, **{name: getattr(person, name) for name in names}, "review_with": others,
            "anothers": AnothersSaid(force=anothers.force, stage=anothers.stage) if anothers else None}  # fmt: skip


def _row(row: dict[str, Any]) -> PersonRow:
    """Return a row of a person."""
    cells = {name: row[name] for name in FIELDS if row.get(name) is not None}
    return PersonRow(evidence=row["evidence"], row=row["row"], kind=row["kind"], record=row["record"], cells=cells)
