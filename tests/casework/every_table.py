"""A row of every table that tells of a person, made from the models: a table that is added tomorrow is walked too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models

from soken.access.eyes import machine_sees_all
from soken.casework.models import Dossier, Operation, Person, Priority
from soken.casework.models.of_person import OfPerson
from tests.casework.dossiers import AT

if TYPE_CHECKING:
    from soken.access.models import User

#: Model → what a row of it must hold besides, by the table's own conditions.
_SAID: Final[dict[str, dict[str, Any]]] = {
    "IncomingHandover": {"state": "accepted"},
    "OldCaseLine": {"outcome": "done"},
    "OldCaseImport": {"lines_read": 0, "lines_done": 0, "lines_part": 0, "lines_aside": 0},
    "Transfer": {"state": "withdrawn", "from_force": "tokyo", "to_force": "kyoto"},
    "StageChange": {"before": "proposed", "after": "screened"},
    "NamedNotice": {"to_force": "kyoto", "withdrawn_at": AT},
    "Squad": {"forces": ["tokyo", "kyoto"]},
    "Ownership": {"until": AT},
    "PartyRole": {"is_person": True},
}
#: Another user than who did the rest.
_SECOND: Final = ("assessor",)
#: Filled although it may be empty: the way to the person.
_ALWAYS: Final = ("dossier", "person_code")


class EveryTable:
    """Makes one row of each model that leads to a person, of one dossier, by one user.

    Args:
        dossier: whose.
        by: by whom all of it was done.
        other: a dossier beside it, where a table joins two.
    """

    def __init__(self, dossier: Dossier, by: User, other: Dossier) -> None:
        self._by, self._other = by, other
        self._made: dict[type[models.Model], models.Model] = {
            Dossier: dossier,
            Operation: dossier.operation,
            Person: Person.objects.get(operation=dossier.operation, code=dossier.person_code),
            Priority: Priority.objects.get(dossier=dossier),  # begun with it, by the database
        }

    def rows(self) -> dict[type[OfPerson], int]:
        """Return model → primary key of its row."""
        kinds = [one for one in apps.get_app_config("casework").get_models() if issubclass(one, OfPerson)]
        with machine_sees_all():
            return {kind: self._row(kind).pk for kind in kinds}

    def _row(self, kind: type[models.Model]) -> Any:
        if kind not in self._made:
            said = _SAID.get(kind.__name__, {})
            values = {
                field.name: said.get(field.name) or self._value(field)
                for field in kind._meta.concrete_fields
                if field.name in said or field.name in _ALWAYS or not _may_be_empty(field)
            }
            self._made[kind] = kind._base_manager.create(**{**values, **said})
        return self._made[kind]

    def _value(self, field: Any) -> Any:
        if field.is_relation:
            to = field.related_model
            if to._meta.label == settings.AUTH_USER_MODEL:
                return self._other.opened_by if field.name in _SECOND else self._by
            return self._other if field.name in {"other", "into"} else self._row(to)
        return self._plain(field)

    def _plain(self, field: Any) -> Any:
        dossier: Any = self._made[Dossier]
        if field.name in {"person_code", "left_person"}:
            return dossier.person_code
        if isinstance(field, models.DateTimeField):
            return AT
        if isinstance(field, models.DateField):
            return AT.date()
        if isinstance(field, models.BooleanField):
            return False
        if isinstance(field, models.JSONField):
            return []
        if isinstance(field, models.BinaryField):
            return b""
        if isinstance(field, models.IntegerField | models.FloatField):
            return 7
        return str(field.choices[0][0]) if field.choices else "x"


def _may_be_empty(field: Any) -> bool:
    return (
        isinstance(field, models.AutoField)
        or field.null
        or field.has_default()
        or (field.blank and not field.is_relation)
    )
