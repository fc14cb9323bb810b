"""The API answers whatever its description allows as it describes, and refuses everything else without falling over.

Each address is asked twice: with the codes of what there is, so that there are answers to hold against their shapes,
and with codes made up. Of each question all of schemathesis's checks are made: status, type and shape of the answer,
wrong questions refused and right ones not, methods, and the token left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.config import GenerationConfig, SchemathesisConfig

from soken.access.eyes import acting_for_installation
from soken.access.models import Role
from soken.api.models import WrongTokens
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.take_vintage import load_published
from soken.casework.models import CasePerson, CaseVictim, ClearedCase, ClearedPerson, Victim
from soken.core.home import open_home
from soken.report.published import TABLES
from tests.api.asking import token_for
from tests.api.small import YEAR, take_small_vintage
from tests.desk.factory import AT, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker

    from soken.casework.models import Dossier

#: Examples made up for each address, beside the edge cases that the description itself gives rise to.
EXAMPLES = 5

pytestmark = pytest.mark.django_db


def published(*modes: GenerationMode) -> Any:
    """The API as it publishes itself, to be asked rightly, wrongly or both."""
    config = SchemathesisConfig()
    config.projects.default.generation = GenerationConfig(modes=[*modes], with_security_parameters=False)
    return schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application(), config=config)


rightly = published(GenerationMode.POSITIVE)
anyhow = published(GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
bounded = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck])


@pytest.fixture
def own_home() -> None:
    """The operation below is in one home for all of these tests."""


@pytest.fixture
def _django_db_helper() -> None:
    """And in one transaction: one of its own for each test would close the connection between them."""


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    home = open_home(tmp_path_factory.mktemp("home"))
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # as Django's own client does: the transaction must outlive a request
    settings = override_settings(HOME=home, PASSWORD_HASHERS=hashers)
    with django_db_blocker.unblock(), settings, acting_for_installation(), transaction.atomic():
        made = make_world()
        dossier = open_dossier(made.operation, TAKAHASHI, by=made.users[Role.REVIEWER])
        load_published(home)
        take_small_vintage(made)
        somebody_suffered(dossier)
        yield made
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def somebody_suffered(dossier: Dossier) -> None:
    """Give the cleared case of the small vintage a suspect and a child."""
    case, by = ClearedCase.objects.get(), dossier.opened_by
    CasePerson.objects.create(
        case=case, person=ClearedPerson.objects.create(dossier=dossier), age=41, occupation="teacher", recorded_by=by,
        recorded_at=AT,
    )  # fmt: skip
    child = Victim.objects.create(operation=dossier.operation, code="V-1")
    CaseVictim.objects.create(case=case, victim=child, stage="primary", form="covert", relation="none")


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return token_for(world.users[Role.REVIEWER])


@rightly.parametrize()
@bounded
def test_what_there_is_is_answered_as_described(case: schemathesis.Case, world: World, token: str) -> None:
    known: dict[str, Any] = {
        "slug": world.operation.slug, "code": TAKAHASHI, "evidence_id": world.item.evidence_id, "number": 1, "place": 1,
        "year": YEAR if (case.query or {}).get("dataset") == "live" else 2017, "table": TABLES[0],
    }  # fmt: skip
    for name in case.path_parameters:
        case.path_parameters[name] = known[name]
    ask(case, token)


@anyhow.parametrize()
@bounded
def test_whatever_is_asked_is_answered_as_described(case: schemathesis.Case, token: str) -> None:
    ask(case, token)


def ask(case: schemathesis.Case, token: str) -> None:
    """Ask, and make every check; the checks present many wrong tokens, and that such wait has tests of its own."""
    WrongTokens.objects.all().delete()
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
