"""Addresses of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, register_converter

from soken.api.service import addresses as api_addresses
from soken.desk.converters import EvidenceId, PersonCode, RowNumber
from soken.desk.sign_in_urls import sign_in_paths
from soken.desk.views import (
    boards,
    bulk,
    compartments,
    disclosures,
    dossier,
    enquiries,
    entrance,
    evidence,
    feed,
    feed_evidence,
    feed_versions,
    graph,
    hand_in,
    handovers,
    ledger,
    mapping,
    notes,
    notifications,
    old_cases,
    operating,
    operations,
    peers,
    person_handover,
    persons,
    priority,
    problems,
    reading,
    referral,
    retention,
    review,
    review_person,
    review_run,
    safety,
    samples,
    search,
    squads,
    standing,
    statistics,
    tokens,
    track,
    transfers,
    warrants,
    work,
    wrong_persons,
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
    *sign_in_paths,
    path("language", entrance.set_language, name="set-language"),
    path("statistics", statistics.statistics, name="statistics"),
    path("feed", feed_versions.feed_versions, name="feed-versions"),
    path("operations", operations.operations, name="operations"),
    path("notifications", notifications.notifications, name="notifications"),
    path("tokens", tokens.tokens, name="tokens"),
    path("inbox", transfers.transfer_inbox, name="inbox"),
    path("peers", peers.peers, name="peers"),
    path("compartments", compartments.compartments, name="compartments"),
    path("protected", compartments.protected, name="protected"),
    path("search", search.search_all, name="search-all"),
    path("operations/<slug:slug>/filters", persons.person_filters, name="filters"),
    path("operations/<slug:slug>/bulk", bulk.bulk_work, name="bulk"),
    path("operations/<slug:slug>/bulk/<row:number>", bulk.report, name="bulk-report"),
    path("operations/<slug:slug>/search", search.search, name="search"),
    path("operations/<slug:slug>", operations.overview, name="overview"),
    path("operations/<slug:slug>/persons", persons.persons, name="persons"),
    path("operations/<slug:slug>/persons/<person:code>", persons.person, name="person"),
    path("operations/<slug:slug>/persons/<person:code>/dossier", dossier.dossier, name="dossier"),
    path(
        "operations/<slug:slug>/persons/<person:code>/compartment",
        compartments.person_compartment,
        name="person-compartment",
    ),
    path("operations/<slug:slug>/persons/<person:code>/notes", notes.notes, name="notes"),
    path("operations/<slug:slug>/persons/<person:code>/owner", transfers.owner, name="owner"),
    path("operations/<slug:slug>/persons/<person:code>/handover", person_handover.handover, name="person-handover"),
    path("operations/<slug:slug>/handovers", handovers.handovers, name="handovers"),
    path("operations/<slug:slug>/persons/<person:code>/priority", priority.priority, name="priority"),
    path("operations/<slug:slug>/persons/<person:code>/enquiries", enquiries.enquiries, name="enquiries"),
    path("operations/<slug:slug>/old-cases", old_cases.old_cases, name="old-cases"),
    path("operations/<slug:slug>/persons/<person:code>/track", track.track, name="track"),
    path("operations/<slug:slug>/persons/<person:code>/referral", referral.referral, name="referral"),
    path("operations/<slug:slug>/disclosures", disclosures.disclosures, name="disclosures"),
    path("operations/<slug:slug>/retention", retention.retention, name="retention"),
    path("operations/<slug:slug>/wrong-persons", wrong_persons.wrong_persons, name="wrong-persons"),
    path("operations/<slug:slug>/persons/<person:code>/wrong-person", wrong_persons.wrong_person, name="wrong-person"),
    path("operations/<slug:slug>/squads", squads.squads, name="squads"),
    path("operations/<slug:slug>/reading", reading.reading, name="reading"),
    path("operations/<slug:slug>/warrants", warrants.warrants, name="warrants"),
    path("operations/<slug:slug>/persons/<person:code>/graph", graph.graph, name="graph"),
    path("operations/<slug:slug>/persons/<person:code>/safety", safety.person_safety, name="person-safety"),
    path("operations/<slug:slug>/standing", standing.standing, name="standing"),
    path("operations/<slug:slug>/priority", priority.priority_list, name="priority-list"),
    path("operations/<slug:slug>/priority/rates", priority.rates, name="priority-rates"),
    path("operations/<slug:slug>/priority/samples", samples.samples, name="priority-samples"),
    path("operations/<slug:slug>/priority/samples/<row:number>", samples.sample, name="priority-sample"),
    path(
        "operations/<slug:slug>/persons/<person:code>/second-assessment",
        samples.second_assessment,
        name="second-assessment",
    ),
    path("operations/<slug:slug>/priority/rescore", priority.rescored, name="priority-rescore"),
    path("operations/<slug:slug>/persons/<person:code>/who", review_person.who, name="person-who"),
    path("operations/<slug:slug>/review", review.review, name="review"),
    path("operations/<slug:slug>/review/further", review.further, name="review-further"),
    path("operations/<slug:slug>/review/run", review_run.review_run, name="review-run"),
    path("operations/<slug:slug>/hand-in", hand_in.hand_in, name="hand-in"),
    path("operations/<slug:slug>/work", work.work, name="work"),
    path("operations/<slug:slug>/review/history", review.history, name="review-history"),
    path("operations/<slug:slug>/ledger", ledger.ledger, name="ledger"),
    path("operations/<slug:slug>/feed", feed.feed, name="feed"),
    path("operations/<slug:slug>/feed/<evidence:evidence_id>", feed_evidence.feed_evidence, name="feed-evidence"),
    path("operations/<slug:slug>/safety", safety.safety, name="safety"),
    path("operations/<slug:slug>/evidence/<evidence:evidence_id>", evidence.evidence_item, name="evidence"),
    path("operations/<slug:slug>/evidence/<evidence:evidence_id>/mapping", mapping.mapping, name="mapping"),
    path("operations/<slug:slug>/evidence/<evidence:evidence_id>/set-aside", evidence.set_aside, name="set-aside"),
    path("operations/<slug:slug>/evidence/<evidence:evidence_id>/rows/<row:number>", evidence.row, name="row"),
    path("api/docs", tokens.api_reference, name="api-reference"),
    *api_addresses(),
]

handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.failed
