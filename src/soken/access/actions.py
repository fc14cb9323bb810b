"""Adding users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from soken.access.models import User
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from soken.access.models import Role


def add_user(name: str, role: Role, password: str) -> User:
    """Add somebody who may sign in.

    Raises:
        BadInputError: the name or the password does not meet the rules (which are told).
    """
    user = User(username=name, role=role)
    try:
        user.clean_fields(exclude={"password"})
        validate_password(password, user)
    except ValidationError as problem:
        raise BadInputError(" ".join(problem.messages)) from problem
    user.set_password(password)
    user.save()
    return user
