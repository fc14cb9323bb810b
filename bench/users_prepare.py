"""Makes many users of a resolved operation and signs them in, in a process whose environment says which server.

Prints JSON: the cookie of each user's session, persons to open, words to look for.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation

#: Persons that are opened, and values that are looked for, spread over the whole list.
_PERSONS, _WORDS = 2_000, 300


def main(count: int) -> None:
    """Make the users and print what they need."""
    from soken.commands.started import started

    started()
    from soken.access.eyes import acting_for_installation

    with acting_for_installation():
        found = _prepared(count)
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def _prepared(count: int) -> dict[str, Any]:
    """Return cookies, codes and words."""
    from django.db import connection

    from soken.casework.models import Operation
    from soken.casework.selectors.prefectures import prefecture_counts

    with connection.cursor() as cursor:
        cursor.execute("analyze")
    operation = Operation.objects.get()
    step = max(1, operation.persons.count() // _PERSONS)
    codes = list(operation.persons.order_by("pk").values_list("code", flat=True)[::step])
    return {
        "cookies": [signed_in(_member(operation, number), operation) for number in range(count)],
        "persons": operation.persons.count(),
        "codes": codes[:_PERSONS],
        "words": _words(operation),
        "prefectures": [name for name, _count in prefecture_counts(operation, operation.runs.first())],
    }


def _member(operation: Operation, number: int) -> User:
    """Make an analyst of the operation."""
    from soken.access.models import Role, User
    from soken.casework.models import Membership

    user = User.objects.create_user(username=f"analyst-{number:03d}", password=None, role=Role.ANALYST)
    Membership.objects.create(operation=operation, user=user)
    return user


def signed_in(user: User, operation: Operation) -> str:
    """Return the cookie of a sitting that a second factor was shown in, with a reason for every person."""
    from allauth.account.internal.flows.login import record_authentication
    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest

    from soken.core.clock import now
    from soken.desk.sitting import ALL, Given, keep_reason

    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    session = request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, "mfa", type="totp")
    keep_reason(session, f"{operation.slug}/{ALL}", Given("work", "measuring"), now())
    session.save()
    return str(session.session_key)


def _words(operation: Operation) -> list[str]:
    """Return names, mails, telephones and codes of persons all over the list."""
    from soken.casework.selectors import store

    run = operation.runs.first()
    rows = store.ask(
        "select name, email_key, phone_key from read_parquet($records) where email_key is not null "
        "and phone_key is not null and length(name) >= 4 order by hash(record) limit $most",
        records=str(store.run_folder(operation, run) / "records.parquet"), most=_WORDS // 3,
    )  # fmt: skip
    return [str(value) for one in rows for value in one.values()]


if __name__ == "__main__":
    main(int(sys.argv[1]))
