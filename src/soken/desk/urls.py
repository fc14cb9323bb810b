"""Addresses of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, register_converter

from soken.desk.converters import EvidenceId, PersonCode, RowNumber
from soken.desk.views import (
    boards,
    bulk,
    dossier,
    enquiries,
    entrance,
    evidence,
    graph,
    hand_in,
    ledger,
    mapping,
    notes,
    notifications,
    old_cases,
    operating,
    operations,
    persons,
    priority,
    problems,
    referral,
    review,
    review_person,
    review_run,
    safety,
    search,
    squads,
    standing,
    statistics,
    track,
    transfers,
    warrants,
    work,
)

if TYPE_CHECKING:
    from django.urls import URLPattern, URLResolver

register_converter(EvidenceId, "evidence")
register_converter(PersonCode, "person")
register_converter(RowNumber, "row")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", boards.my_board, name="home"),
    path("healthz", entrance.health, name="health"),
    path("health", entrance.health, name="health-short"),
    path("ready", operating.ready, name="ready"),
    path("metrics", operating.metrics, name="metrics"),
    path("sign-in", entrance.sign_in, name="sign-in"),
    path("sign-out", entrance.sign_out, name="sign-out"),
    path("language", entrance.set_language, name="set-language"),
    path("statistics", statistics.statistics, name="statistics"),
    path("operations", operations.operations, name="operations"),
    path("notifications", notifications.notifications, name="notifications"),
    path("inbox", transfers.transfer_inbox, name="inbox"),
    path("search", search.search_all, name="search-all"),
    path("operations/<slug:slug>/filters", persons.person_filters, name="filters"),
    path("operations/<slug:slug>/bulk", bulk.bulk_work, name="bulk"),
    path("operations/<slug:slug>/search", search.search, name="search"),
    path("operations/<slug:slug>", operations.overview, name="overview"),
    path("operations/<slug:slug>/persons", persons.persons, name="persons"),
    path("operations/<slug:slug>/persons/<person:code>", persons.person, name="person"),
    path("operations/<slug:slug>/persons/<person:code>/dossier", dossier.dossier, name="dossier"),
    path("operations/<slug:slug>/persons/<person:code>/notes", notes.notes, name="notes"),
    path("operations/<slug:slug>/persons/<person:code>/owner", transfers.owner, name="owner"),
    path("operations/<slug:slug>/persons/<person:code>/priority", priority.priority, name="priority"),
    path("operations/<slug:slug>/persons/<person:code>/enquiries", enquiries.enquiries, name="enquiries"),
    path("operations/<slug:slug>/old-cases", old_cases.old_cases, name="old-cases"),
    path("operations/<slug:slug>/persons/<person:code>/track", track.track, name="track"),
    path("operations/<slug:slug>/persons/<person:code>/referral", referral.referral, name="referral"),
    path("operations/<slug:slug>/squads", squads.squads, name="squads"),
    path("operations/<slug:slug>/warrants", warrants.warrants, name="warrants"),
    path("operations/<slug:slug>/persons/<person:code>/graph", graph.graph, name="graph"),
    path("operations/<slug:slug>/persons/<person:code>/safety", safety.person_safety, name="person-safety"),
    path("operations/<slug:slug>/standing", standing.standing, name="standing"),
    path("operations/<slug:slug>/priority", priority.priority_list, name="priority-list"),
    path("operations/<slug:slug>/persons/<person:code>/who", review_person.who, name="person-who"),
    path("operations/<slug:slug>/review", review.review, name="review"),
    path("operations/<slug:slug>/review/further", review.further, name="review-further"),
    path("operations/<slug:slug>/review/run", review_run.review_run, name="review-run"),
    path("operations/<slug:slug>/hand-in", hand_in.hand_in, name="hand-in"),
    path("operations/<slug:slug>/work", work.work, name="work"),
    path("operations/<slug:slug>/review/history", review.history, name="review-history"),
    path("operations/<slug:slug>/ledger", ledger.ledger, name="ledger"),
    path("operations/<slug:slug>/safety", safety.safety, name="safety"),
    path("operations/<slug:slug>/evidence/<evidence:evidence_id>", evidence.evidence_item, name="evidence"),
    path("operations/<slug:slug>/evidence/<evidence:evidence_id>/mapping", mapping.mapping, name="mapping"),
    path("operations/<slug:slug>/evidence/<evidence:evidence_id>/set-aside", evidence.set_aside, name="set-aside"),
    path("operations/<slug:slug>/evidence/<evidence:evidence_id>/rows/<row:number>", evidence.row, name="row"),
]

handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.failed
