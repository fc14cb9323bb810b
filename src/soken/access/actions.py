"""Adding users, changing what they are here, and shutting them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F

from soken.access.models import User
from soken.core import clock
from soken.core.errors import BadInputError
from soken.reference.forces import forces

if TYPE_CHECKING:
    from soken.access.models import Role


def add_user(name: str, role: Role, password: str, *, force: str = "") -> User:
    """Add somebody who may sign in.

    Args:
        name: to sign in with.
        role: what their work is.
        password: of their own.
        force: code of the force that they belong to, '' for the centre.

    Raises:
        BadInputError: the name or the password does not meet the rules (which are told), or there is no such force.
    """
    _check_force(force)
    user = User(username=name, role=role, force=force)
    try:
        user.clean_fields(exclude={"password"})
    except ValidationError as problem:
        raise BadInputError(" ".join(problem.messages)) from problem
    _set_password(user, password)
    user.save()
    return user


def change_work(user: User, *, role: Role | None = None, force: str | None = None) -> User:
    """Change what a user's work is here, and end their sessions; what is not given stays as it is.

    Args:
        user: the user.
        role: what their work is from now on.
        force: code of the force that they belong to from now on, '' for the centre.

    Raises:
        BadInputError: there is no such force.
    """
    _check_force(force or "")
    user.role = user.role if role is None else role
    user.force = user.force if force is None else force
    user.save(update_fields=["role", "force"])
    sign_out_everywhere(user)
    return user


def give_password(user: User, password: str) -> User:
    """Give a user who has forgotten theirs another password, and end their sessions; second factors stay.

    Args:
        user: the user.
        password: the other one.

    Raises:
        BadInputError: it does not meet the rules (which are told).
    """
    _set_password(user, password)
    user.save(update_fields=["password"])
    sign_out_everywhere(user)
    return user


def shut_out(user: User) -> User:
    """Let somebody in no more, over no way: whoever leaves. Their sessions and tokens end; what they did stays."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    sign_out_everywhere(user)
    return user


def let_in_again(user: User) -> User:
    """Let somebody who was shut out sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


def say_who_a_user_is(user: User, *, name: str = "", mail: str = "", phone: str = "") -> User:
    """Enter who a user is, so that they are known if a list holds them; what is not given stays as it is.

    Args:
        user: the user.
        name: family name, a space, given name.
        mail: their mail address.
        phone: their phone.

    Raises:
        BadInputError: what is given does not meet the rules (which are told).
    """
    if name.strip():
        user.last_name, _space, user.first_name = " ".join(name.split()).partition(" ")
    user.email, user.phone = mail.strip() or user.email, phone.strip() or user.phone
    try:
        user.clean_fields(exclude={"password"})
    except ValidationError as problem:
        raise BadInputError(" ".join(problem.messages)) from problem
    user.save(update_fields=["last_name", "first_name", "email", "phone"])
    return user


def sign_out_everywhere(user: User) -> None:
    """End every session of a user, wherever it is; they may sign in again."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)


def _check_force(force: str) -> None:
    """Refuse a force that there is not.

    Raises:
        BadInputError: so it is.
    """
    if force and force not in forces(clock.now().date()):
        raise BadInputError(f"No force has the code {force!r}; give one, as in tokyo, or none for the centre.")


def _set_password(user: User, password: str) -> None:
    """Give a user a password that meets the rules.

    Raises:
        BadInputError: it does not.
    """
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise BadInputError(" ".join(problem.messages)) from problem
    user.set_password(password)
