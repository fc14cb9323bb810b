"""Asking the API as a program does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.test import Client

from soken.api.tokens import new_token, readable_by

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpResponse

    from soken.access.models import User

WHY = "work; Order 12"


def token_for(user: User, acts: Collection[str] | None = None, **narrowed: Any) -> str:
    """A token with which the user reads all that their role permits, or less."""
    given = [act.value for act in readable_by(user)] if acts is None else acts
    return new_token(by=user, name="a test", acts=given, **narrowed).text


def program(token: str, *, why: str = WHY, language: str = "en") -> Client:
    """A program that presents a token and says why with every question."""
    headers = {
        "authorization": f"Bearer {token}",
        "accept-language": language,
        **({"soken-reason": why} if why else {}),
    }
    return Client(headers=headers, raise_request_exception=False)


def ask(token: str, path: str, *, why: str = WHY, language: str = "en", **asked: Any) -> HttpResponse:
    """The answer to one question."""
    return program(token, why=why, language=language).get(f"/api/{path}", asked)


def told(token: str, path: str, **asked: Any) -> Any:
    """What a question that can be answered is answered with."""
    answer = ask(token, path, **asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()
