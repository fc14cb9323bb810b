"""What of the ledger whoever looks may see: nothing on a person who is shut away from them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef

from soken.access.eyes import eyes
from soken.casework.models import Compartment, CompartmentPerson
from soken.ledger.models import Entry

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Beginning of the names of the tables that say who is shut away.
_OF_COMPARTMENTS: Final = ("casework.Compartment", "casework.Protected")


def entries_seen() -> QuerySet[Entry]:
    """Return the entries that whoever looks may see."""
    shut = CompartmentPerson.objects.filter(compartment__in=Compartment.objects.shut_to(eyes()).values("pk"))
    named = shut.filter(operation__slug=OuterRef("operation"), code=OuterRef("person"))
    return Entry.objects.filter(~Exists(named))


def changes_seen(entry: Entry) -> list[dict[str, Any]]:
    """Return what an entry says was changed in which tables, without those that say who is shut away."""
    changes: list[dict[str, Any]] = json.loads(entry.changes)
    return [one for one in changes if not one["table"].startswith(_OF_COMPARTMENTS)]
