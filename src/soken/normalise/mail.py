"""Mail addresses: the raw form stays as typed, the key is what two spellings of one mailbox share.

Lenient on purpose. Japanese carriers issued addresses that break the standard (two dots in a row, a dot before the @),
and real people have them. Underscores, hyphens and dots are never taken off unless the provider is known to ignore
them (``data/mail_providers.csv``): a missing underscore once sent police to strangers.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from soken.normalise.width import fold_width

_NAMED = re.compile(r"<\s*([^<>]+?)\s*>")
_SCHEME = re.compile(r"^(?:mailto|e-?mail|mail|メール)\s*:\s*", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_DOTS = str.maketrans("。｡．", "...")


@dataclass(frozen=True, slots=True)
class MailKey:
    """A mail address in comparable form.

    Attributes:
        key: what equal mailboxes share; None where the text is no address at all.
        local: the part of the key before the @; None without an @.
        domain: the part after it.
        sure: False where the text cannot be an address as it stands, although it means to be one.
        flag: why not sure or why None: 'no-at', 'two-at', 'no-local', 'bad-domain'; "" otherwise.
    """

    key: str | None
    local: str | None = None
    domain: str | None = None
    sure: bool = True
    flag: str = ""


@cache
def _providers() -> dict[str, tuple[str, bool, bool]]:
    """Return domain → (canonical domain, dots ignored, plus ignored)."""
    text = files("soken.normalise").joinpath("data", "mail_providers.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {
        row["domain"]: (row["canonical"], row["dots"] == "yes", row["plus"] == "yes") for row in csv.DictReader(lines)
    }


def provider_domains() -> frozenset[str]:
    """Return the domains whose mailboxes are known to have several spellings."""
    return frozenset(_providers())


def normalise_mail(text: str) -> MailKey:
    """Return the comparable form of a mail address.

    Accepts any text: full width, ``mailto:``, ``Name <a@b>``, spaces inside, upper case, a trailing dot or semicolon.
    Nothing is corrected: ``gmail,com`` stays as it is and is marked unsure. A text without an @ ("none", "-") gives
    no key, because strangers would share it.
    """
    plain = fold_width(text).translate(_DOTS)
    named = _NAMED.search(plain)
    if named and "@" in named.group(1):
        plain = named.group(1)
    plain = _SPACES.sub("", _SCHEME.sub("", plain)).casefold().strip("<>\"';,")
    if plain.endswith(".") and not plain.endswith("@."):
        plain = plain.rstrip(".")
    if "@" not in plain:
        return MailKey(None, sure=False, flag="no-at")
    local, _, domain = plain.rpartition("@")
    if not local or not domain:
        return MailKey(plain if local or domain else None, sure=False, flag="no-local" if domain else "bad-domain")
    if "@" in local:
        return MailKey(plain, local, domain, sure=False, flag="two-at")
    if not _DOMAIN.fullmatch(domain):
        return MailKey(plain, local, domain, sure=False, flag="bad-domain")
    local, domain = _as_delivered(local, domain)
    return MailKey(f"{local}@{domain}", local, domain)


def _as_delivered(local: str, domain: str) -> tuple[str, str]:
    """Return both parts with what the provider ignores taken off; never an empty local part."""
    rule = _providers().get(domain)
    if rule is None:
        return local, domain
    canonical, dots, plus = rule
    if plus:
        local = local.partition("+")[0] or local
    if dots:
        local = local.replace(".", "") or local
    return local, canonical
