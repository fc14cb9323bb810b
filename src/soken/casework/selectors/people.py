"""Who a user is as papers say it: name and post as this installation knows them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from soken.access.models import User
from soken.casework.selectors.evidence import custody
from soken.core.errors import SokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from soken.casework.models import Operation

#: User name → what is known of them: "name" ('' where nobody entered one), "role" and "force" as codes.
People = dict[str, dict[str, str]]


def people_named(usernames: Iterable[str]) -> People:
    """Return who these users are; a name that is no user's (a machine's account, one from elsewhere) is left out."""
    found = User.objects.filter(username__in=sorted(set(usernames))).order_by("username")
    return {
        one.username: {"name": f"{one.last_name} {one.first_name}".strip(), "role": one.role, "force": one.force}
        for one in found
    }


def keepers_of(operation: Operation, contents: Mapping[str, Any]) -> set[str]:
    """Return whoever stands in the custody records of the items whose rows the contents of a referral name.

    A record that cannot be read keeps no case from the prosecutor: who stands in it is not told.
    """
    items = {one["code"].rpartition(":")[0] for one in contents["facts"] if one["kind"] == "row"}
    found: set[str] = set()
    for item in operation.evidence.filter(evidence_id__in=items):
        with suppress(SokenError):
            found.update(event.actor for event in custody(item))
    return found


def usernames_in(contents: Mapping[str, Any]) -> set[str]:
    """Return the users whom the contents of a referral name."""
    told = [*contents["facts"], *contents["assessments"]]
    return {name for one in told for name in (one["by"], one["said"].get("reviewed_by", "")) if name}
