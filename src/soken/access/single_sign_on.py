"""Which services may vouch for users: OpenID Connect and SAML, from a file that the administrator writes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

#: Name of the file in the home.
FILE: Final = "sign-in.toml"
_OIDC: Final = {"id", "name", "server_url", "client_id", "secret_file"}
_SAML: Final = {"id", "name", "entity_id", "metadata_url", "sso_url", "certificate_file", "subject_attribute"}
_SAML_NEEDS: Final = {"id", "name", "entity_id"}


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The services of an installation, as django-allauth wants them told.

    Attributes:
        providers: for ``SOCIALACCOUNT_PROVIDERS``.
        apps: the Django apps that they need.
        asks_second_factor: ids of the services that ask for a second factor themselves.
        names: id → name for people, in the order of the file.
    """

    providers: dict[str, Any] = field(default_factory=dict)
    apps: tuple[str, ...] = ()
    asks_second_factor: frozenset[str] = frozenset()
    names: dict[str, str] = field(default_factory=dict)


def read_single_sign_on(path: Path) -> SingleSignOn:
    """Return the services that a file names; none where there is no file.

    Args:
        path: the file, TOML: tables ``[[oidc]]`` and ``[[saml]]`` (docs/how-to/sign-in.md).

    Raises:
        BadInputError: the file is no TOML, or a key is missing or unknown, or a file that it names cannot be read.
    """
    if not path.exists():
        return SingleSignOn()
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadInputError(f"{path} cannot be read: {problem}; mend it, or remove it to do without.") from problem
    if unknown := set(said) - {"oidc", "saml"}:
        raise BadInputError(f"{path} names {sorted(unknown)[0]!r}; only [[oidc]] and [[saml]] mean something.")
    oidc = [_oidc(one, path) for one in said.get("oidc", [])]
    saml = [_saml(one, path) for one in said.get("saml", [])]
    every = [*said.get("oidc", []), *said.get("saml", [])]
    ids = [one["id"] for one in every]
    if len(set(ids)) < len(ids):
        raise BadInputError(f"{path} gives two services one id; each needs its own.")
    providers: dict[str, Any] = {}
    if oidc:
        providers["openid_connect"] = {"APPS": oidc, "OAUTH_PKCE_ENABLED": True}
    if saml:
        providers["saml"] = {"APPS": saml}
    return SingleSignOn(
        providers,
        tuple(f"allauth.socialaccount.providers.{name}" for name in providers),
        frozenset(one["id"] for one in every if one.get("asks_second_factor")),
        {one["id"]: one["name"] for one in every},
    )


def _oidc(said: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return an OpenID Connect service in allauth's form."""
    _check(said, _OIDC, _OIDC, path)
    return {
        "provider_id": said["id"],
        "name": said["name"],
        "client_id": said["client_id"],
        "secret": _content(said["secret_file"], path),
        "settings": {"server_url": said["server_url"]},
    }


def _saml(said: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return a SAML service in allauth's form: its own metadata, or its address and certificate."""
    _check(said, _SAML, _SAML_NEEDS, path)
    provider: dict[str, Any] = {"entity_id": said["entity_id"]}
    if "metadata_url" in said:
        provider["metadata_url"] = said["metadata_url"]
    elif {"sso_url", "certificate_file"} <= said.keys():
        provider |= {"sso_url": said["sso_url"], "x509cert": _content(said["certificate_file"], path)}
    else:
        raise BadInputError(
            f"{path}: the SAML service {said['id']!r} needs metadata_url, or sso_url and certificate_file."
        )
    told: dict[str, Any] = {
        "idp": provider,
        # Nothing that is not signed counts, and nobody is signed in who did not begin here.
        "advanced": {
            "want_assertion_signed": True,
            "want_name_id": True,
            "reject_idp_initiated_sso": True,
            "reject_deprecated_algorithm": True,
            "want_attribute_statement": "subject_attribute" in said,
        },
    }
    if "subject_attribute" in said:
        told["attribute_mapping"] = {"uid": said["subject_attribute"]}
    return {"provider_id": said["id"], "name": said["name"], "client_id": said["id"], "settings": told}


def _check(said: dict[str, Any], known: set[str], needed: set[str], path: Path) -> None:
    """Refuse a key that is missing, unknown or no text."""
    of = f"{path}: the service {said.get('id', '(without an id)')!r}"
    for name in sorted(needed - said.keys()):
        raise BadInputError(f"{of} does not say {name}; add it.")
    for name, value in said.items():
        if name == "asks_second_factor" and isinstance(value, bool):
            continue
        if name not in known:
            raise BadInputError(f"{of} says {name}, which means nothing; mend it.")
        if not isinstance(value, str) or not value:
            raise BadInputError(f"{of} must say {name} as text.")


def _content(name: str, path: Path) -> str:
    """Return what a file beside the settings holds."""
    file = path.parent / name
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise BadInputError(f"{path} names {file}, which cannot be read: {problem.strerror}.") from problem
