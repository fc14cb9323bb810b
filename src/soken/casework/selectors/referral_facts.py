"""What a referral and what came of it mean for the gates of a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.models import Disposition, InquestReview, Referral
from soken.review.facts import ReferralFact

if TYPE_CHECKING:
    from collections.abc import Collection


def referrals_of_many(keys: Collection[int]) -> dict[int, ReferralFact]:
    """Return dossier key → the referral that stands, as a fact (three queries; one where nothing was referred).

    Args:
        keys: primary keys of dossiers.
    """
    sent = {one.pk: one for one in Referral.objects.filter(dossier__in=keys, over_at__isnull=True).defer("contents")}
    if not sent:
        return {}
    newest: dict[int, Disposition] = {}
    withdrawn: set[int] = set()
    for one in Disposition.objects.filter(referral__in=list(sent), final=True).order_by("pk"):
        if one.withdrawn_at is None:
            newest[one.referral_id] = one
        else:
            withdrawn.add(one.referral_id)
    asked = set(
        InquestReview.objects.filter(
            disposition__in=[one.pk for one in newest.values()], resolved_on__isnull=True
        ).values_list("disposition_id", flat=True)
    )
    return {
        one.dossier_id: ReferralFact(
            received=one.received_on is not None,
            decided=key in newest and newest[key].lifted_on is None,
            reopened=key in newest and newest[key].lifted_on is not None,
            withdrawn=key in withdrawn and key not in newest,
            inquest_open=key in newest and newest[key].pk in asked,
        )
        for key, one in sent.items()
    }
