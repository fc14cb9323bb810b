"""``soken permissions``: the published table of who may what, made from the policy, the addresses and the commands."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from soken.commands.output import print_json
from soken.commands.rights import NEEDS, SIGNED_IN, SYSTEM
from soken.commands.started import started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEAD: Final = """# Who may what

Made from the policy (`src/soken/access/policy.py`) by `soken permissions`; a test compares it with the policy and walks
every address, with every HTTP method, and every command as every role. What is not named is refused.

A right holds only inside the operations that a user is a member of: to anybody else an operation does not exist (404).
The administrator runs the system and sees no person. Where an operation is read by force, the dossiers of another
force's persons are refused besides, whatever the role ([decision 16](../adr/0016-what-a-force-reads.md)).
"""
#: Methods that an address may answer; every other is refused.
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def permissions(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print which role may do which act, open which address and run which command."""
    started()
    if as_json:
        print_json({"acts": acts_of_roles(), "addresses": addresses(), "commands": dict(NEEDS)})
        return
    typer.echo(published(), nl=False)


def acts_of_roles() -> dict[str, list[str]]:
    """Return role → what it may do."""
    from soken.access.policy import PERMISSIONS

    return {role.value: sorted(act.value for act in acts) for role, acts in PERMISSIONS.items()}


def addresses() -> dict[str, dict[str, Any]]:
    """Return route → the right it needs ('public', 'signed-in' or an act) and the methods that it answers."""
    from django.urls import get_resolver

    found = {}
    for route, view in _views(get_resolver().url_patterns, ""):
        gate = getattr(view, "soken_gate", None)
        if gate is not None:
            found[route] = {"needs": str(getattr(gate, "value", gate)), "methods": sorted(methods_of(view))}
    return found


def _views(patterns: list[Any], above: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Walk the addresses: route and view."""
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern.url_patterns, route)
        else:
            yield "/" + route, pattern.callback


def methods_of(view: Callable[..., Any]) -> set[str]:
    """Return the methods that a view answers: those that its class and each of its decorators let through.

    All, where they say nothing.
    """
    through = set(METHODS)
    inner: Any = view
    while inner is not None:
        if isinstance(inner, type(methods_of)):
            said = inspect.getclosurevars(inner).nonlocals.get("request_method_list")
            through &= set(said) if said else through
        if (kind := getattr(inner, "view_class", None)) is not None:
            through &= _methods_of_class(kind)
        inner = getattr(inner, "__wrapped__", None)
    return through


def _methods_of_class(kind: type[Any]) -> set[str]:
    """Return the methods that a class of views answers; Django answers HEAD by GET."""
    own = {name.upper() for name in kind.http_method_names if hasattr(kind, name)}
    return own | ({"HEAD"} if "GET" in own else set())


def published() -> str:
    """Return the table as Markdown."""
    from soken.access.models import Role
    from soken.access.policy import Act

    allowed = acts_of_roles()
    roles = [role.value for role in Role]
    lines = [_HEAD, "## Acts", "", "| act | " + " | ".join(roles) + " |", "|---" * (len(roles) + 1) + "|"]
    for act in Act:
        marks = ("yes" if act.value in allowed.get(role, ()) else "" for role in roles)
        lines.append(f"| {act.value} | " + " | ".join(marks) + " |")
    lines += ["", "## Addresses", "", "| address | needs | methods |", "|---|---|---|"]
    lines += [
        f"| `{route}` | {one['needs']} | {' '.join(one['methods'])} |" for route, one in sorted(addresses().items())
    ]
    said = f"`{SYSTEM}`: runs the machine and shows no person. `{SIGNED_IN}`: shows a user what is theirs."
    lines += ["", "## Commands", "", said, "", "| command | needs |"]
    lines += ["|---|---|", *(f"| `soken {name}` | {needs} |" for name, needs in sorted(NEEDS.items()))]
    return "\n".join(lines) + "\n"
