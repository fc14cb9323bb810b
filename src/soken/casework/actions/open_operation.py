"""Open an operation."""

from __future__ import annotations

import unicodedata
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from soken.access.eyes import machine_sees_all
from soken.casework.models import Operation
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.report.codes import UNSTATED

#: Kinds of characters that end a line or are none (Unicode): a name without them would be another one than was typed.
_NO_LINE: Final = frozenset({"Cc", "Zl", "Zp"})
#: What the statistics call cases of no operation, and of one that nobody stated.
_OF_NONE: Final = frozenset({"none", UNSTATED})


@machine_sees_all()
def open_operation(name: str) -> Operation:
    """Open an operation under a name that no other has.

    The short name (folder and address) is the name's Latin letters and digits, or ``operation-N`` where it has none or
    would be a word of the statistics.

    Raises:
        BadInputError: the name is blank, longer than 200 characters, or no single line of text.
        RefusedError: another operation has the name or its short name.
    """
    if any(unicodedata.category(one) in _NO_LINE for one in name):
        raise BadInputError("An operation's name is one line of text; take the line breaks and control characters out.")
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise BadInputError("An operation needs a name of 1 to 200 characters.")
    slug = slugify(name)[:80]
    if not slug or slug in _OF_NONE:
        slug = f"operation-{Operation.objects.count() + 1}"
    try:
        with transaction.atomic():
            return Operation.objects.create(name=name, slug=slug, created_at=clock.now())
    except IntegrityError as taken:
        raise RefusedError(
            f"An operation named {name!r} (short name {slug}) exists already; choose another name."
        ) from taken
