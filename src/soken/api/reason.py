"""Why a person's data are asked for: a coded reason and own words in a header, as the desk asks for both (R33)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from django.utils.timezone import localdate

from soken.access.reasons import reasons_on
from soken.api.problems import ReasonNeededError
from soken.core.clock import now

if TYPE_CHECKING:
    from datetime import date

#: The header, and how much of it is taken.
HEADER: Final = "Soken-Reason"
_LONGEST: Final = 4000


def reason_said(header: str) -> tuple[str, str]:
    """Return the code and the words of a header.

    Args:
        header: ``CODE; own words``, as a server hands it over: in UTF-8 or with percent signs where it is not ASCII.

    Raises:
        ReasonNeededError: it names no reason that can be given today, or says nothing in words.
    """
    day = localdate(now())
    try:
        text = header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        text = header
    if not re.fullmatch(reason_pattern(day)[1:-1], text):
        codes = ", ".join(one.code for one in reasons_on(day))
        raise ReasonNeededError(f"Say why in the header {HEADER}: CODE; own words. The codes are {codes}.")
    code, _semicolon, words = text.partition(";")
    return code, unquote(words).replace("\0", " ").strip() or words.strip()


def reason_pattern(day: date) -> str:
    """Return what the header looks like on a day, as the pattern that is published."""
    codes = "|".join(re.escape(one.code).replace(r"\-", "-") for one in reasons_on(day))
    return f"^(?:{codes}); ?[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]{{0,{_LONGEST}}}$"


def reason_parameter() -> dict[str, Any]:
    """Return the header as OpenAPI describes it."""
    return {
        "in": "header",
        "name": HEADER,
        "required": True,
        "description": "Why: a code and own words; both stand in the ledger, the words closed.",
        "schema": {"type": "string", "pattern": reason_pattern(localdate(now()))},
        "example": "work; Order 12",
    }
