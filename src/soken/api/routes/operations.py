"""Operations: which are open, one of them, its funnel, and where everybody stands."""

from __future__ import annotations

from typing import Any, Final

from ninja import Query, Router

from soken.access.policy import READING, Act, allows
from soken.api.gate import Asked, reading
from soken.api.shapes.operations import (
    AgeSaid,
    FunnelSaid,
    OperationLine,
    OperationList,
    OperationSaid,
    RunSaid,
    StageCount,
    StandingSaid,
    TokenSaid,
)
from soken.api.shapes.questions import Placed, Slug
from soken.casework.selectors.funnel import counted_as_seen, funnel, is_stale, run_counts
from soken.casework.selectors.operations import operations_seen_by
from soken.casework.selectors.standing import ages, stage_funnel

router = Router(tags=["operations"])

#: Operations on a page.
PAGE: Final = 100


@reading(router, "/token", None, TokenSaid, summary="What the token may do")
def token(request: Asked) -> TokenSaid:
    """Say whose the token is, what it reads and when it runs out."""
    user, held = request.auth.user, request.auth.token
    return TokenSaid(
        key=held.key, user=user.get_username(), role=user.role, force=user.force,
        reads=[act.value for act in READING if allows(user, act)], every_operation=held.every_operation,
        expires_at=held.expires_at,
    )  # fmt: skip


@reading(router, "/operations", Act.SEE_OPERATION, OperationList, summary="Your operations")
def operations(request: Asked, asked: Query[Placed]) -> OperationList:
    """List the operations that are open to the token, by short name."""
    every: Any = operations_seen_by(request.auth.user).filter(slug__gt=asked.at).order_by("slug")
    found: list[Any] = counted_as_seen(every[: PAGE + 1])
    return OperationList(
        operations=[
            OperationLine(
                operation=one.slug, name=one.name, opened_at=one.created_at, items=one.items or 0,
                rows_read=one.rows_read or 0, persons=one.persons_proposed,
            )
            for one in found[:PAGE]
        ],
        later=found[PAGE - 1].slug if len(found) > PAGE else "",
    )  # fmt: skip


@reading(router, "/operations/{slug}", Act.SEE_OPERATION, OperationSaid, summary="An operation and its funnel")
def operation(request: Asked, slug: Slug) -> OperationSaid:
    """Say what came in and what became of it: every row read is accepted or set aside."""
    found = request.operation
    items, run = list(found.evidence.all()), found.runs.first()
    counts = funnel(found, items, run)
    proposed = run_counts(found, run) if run else None
    return OperationSaid(
        operation=found.slug,
        name=found.name,
        opened_at=found.created_at,
        run=RunSaid(
            run=run.run_id, finished_at=run.finished_at, records=proposed.records, persons=proposed.persons,
            review_links=proposed.review_links, stale=is_stale(run, items),
        ) if run and proposed else None,
        funnel=FunnelSaid.from_orm(counts),
    )  # fmt: skip


@reading(router, "/operations/{slug}/standing", Act.SEE_DOSSIER, StandingSaid, summary="Where everybody stands")
def standing(request: Asked, slug: Slug) -> StandingSaid:
    """Count every person of the operation once, by stage; and ages against targets by force and band."""
    found = stage_funnel(request.operation)
    return StandingSaid(
        total=found.total,
        unopened=found.unopened,
        stages=[StageCount(stage=stage, persons=count) for stage, count in found.stages.items()],
        no_longer_proposed=found.no_longer_proposed,
        joined=found.joined,
        adds_up=found.adds_up,
        ages=[
            AgeSaid(force=one.force, band=one.band, persons=one.persons, late=one.late, oldest_days=one.oldest)
            for one in ages(request.operation)
        ],
    )
