"""``soken feed publish, versions, get, verify, check``: the feed as it goes out, and files of it read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, Json
from soken.commands.language import gettext as _
from soken.commands.language import why
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError, RefusedError
from soken.exchange.feed_forms import FORMS, Form

if TYPE_CHECKING:
    from soken.casework.models import FeedVersion
    from soken.exchange.feed_read import Verdict

app = typer.Typer()

File = Annotated[Path, typer.Argument(help="A file of the feed, in any form.", exists=True, dir_okay=False)]
Recipient = Annotated[str, typer.Option(help="To whom it goes; it stands in the ledger.")]
_LARGEST = 500_000_000
_KEY_DIGITS = 64


@app.command("publish")
def publish(by: By = "", json: Json = False) -> None:
    """Publish the next version of the feed: what two people have released, of every operation, signed."""
    home = started()
    from soken.casework.actions.publish_feed import publish_feed
    from soken.casework.selectors.feed_files import version_folder

    made = publish_feed(home, by=acting_user(by))
    if json:
        print_json({**_as_json(made), "folder": str(version_folder(home, made))})
    else:
        said = {"number": made.number, "count": f"{made.hosts:,}", "folder": version_folder(home, made)}
        typer.echo(_("Version %(number)s, %(count)s addresses, in %(folder)s.") % said)


@app.command("versions")
def versions() -> None:
    """Print the versions that were published, the newest first, as JSON."""
    started()
    from soken.casework.models import FeedVersion
    from soken.casework.selectors.feed import is_behind

    found = FeedVersion.objects.select_related("made_by", "previous")
    print_json({"behind": is_behind(), "versions": [_as_json(one) for one in found]})


@app.command("get")
def get(
    form: Annotated[Form, typer.Option(help="In which form.")],
    out: Annotated[Path, typer.Option(help="A file that does not exist yet.")],
    recipient: Recipient,
    number: Annotated[int | None, typer.Option(min=1, help="Of the version; by default the newest.")] = None,
) -> None:
    """Write the file of a version, as it went out."""
    home = started()
    from soken.casework.selectors.feed import version_numbered
    from soken.casework.selectors.feed_files import version_file

    _named(recipient)
    version = version_numbered(number)
    _write_new(out, version_file(home, version, form))
    said = {"number": version.number, "form": form.value, "path": out}
    typer.echo(_("Version %(number)s as %(form)s, written to %(path)s.") % said, err=True)


@app.command("public-key")
def public_key() -> None:
    """Print the public key that the feed is signed with, for those who check it."""
    home = started()
    from soken.casework.selectors.feed_files import feed_public_key

    typer.echo(feed_public_key(home))


@app.command("lookup-key")
def lookup(
    out: Annotated[Path, typer.Option(help="A file that does not exist yet; whoever has it can look up.")],
    recipient: Recipient,
) -> None:
    """Write the key of the keyed list, for one who is trusted to look up addresses in it."""
    home = started()
    from soken.casework.selectors.feed_files import lookup_key

    _named(recipient)
    _write_new(out, lookup_key(home).hex().encode() + b"\n")
    typer.echo(_("The key is in %(path)s; keep it as you keep the list itself.") % {"path": out}, err=True)


@app.command("verify")
def verify(
    file: File,
    key: Annotated[str, typer.Option(help="Public key of who signed it; by default this installation's.")] = "",
    json: Json = False,
) -> None:
    """Tell whether a file of the feed is as it was signed, and which version it is."""
    from soken.exchange.feed_read import is_signed, read_feed

    found = read_feed(_bytes(file))
    trusted = key.strip().lower() or _own_key()
    whole = is_signed(found, trusted)
    if json:
        print_json(
            {
                "signed_by_this_key": whole,
                "form": found.form.value,
                "version": found.version,
                "serial": found.serial,
                "made": found.made,
                "previous": found.previous,
                "key": found.key,
            }
        )
    if not whole:
        raise RefusedError(
            _("%(file)s is not as this key signed it; do not use it, take the feed again.") % {"file": file.name}
        )
    if not json:
        told = {"form": FORMS[found.form].name, "version": found.version, "moment": found.made}
        typer.echo(_("As signed: %(form)s, version %(version)s, made %(moment)s.") % told)


@app.command("check")
def check(
    host: Annotated[str, typer.Argument(help="A domain, a host or a web address, in any spelling.", metavar="HOST")],
    file: Annotated[Path, typer.Option("--list", help="A file of the feed, in any form.", exists=True, dir_okay=False)],
    lookup_key: Annotated[
        Path | None, typer.Option("--lookup-key", help="The key of a keyed list.", exists=True, dir_okay=False)
    ] = None,
    json: Json = False,
) -> None:
    """Say whether a list of the feed withholds an address, as a filter would; needs no installation."""
    from soken.exchange.feed_read import check_host, read_feed

    verdict = check_host(host, read_feed(_bytes(file)), lookup_key=_key(lookup_key) if lookup_key else None)
    if json:
        print_json({"host": host, "verdict": verdict.value})
    else:
        typer.echo(f"{host}: {_in_words(verdict)}")


def _in_words(verdict: Verdict) -> str:
    """Say what a list says of a host."""
    from soken.exchange.feed_read import Verdict

    return {
        Verdict.LISTED: _("listed."),
        Verdict.MAYBE: _("may be listed: other names share its prefix; ask a list that names its hosts."),
        Verdict.NOT_LISTED: _("not listed."),
    }[verdict]


def _own_key() -> str:
    """Return the public key of this installation."""
    home = started()
    from soken.casework.selectors.feed_files import feed_public_key

    return feed_public_key(home)


def _key(path: Path) -> bytes:
    """Return the key of a keyed list.

    Raises:
        BadInputError: the file holds none.
    """
    text = _bytes(path).decode("ascii", "replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if 2 * len(key) != _KEY_DIGITS:
        raise BadInputError(
            _("%(path)s holds no key of a keyed list; ask whoever publishes the list for it.") % {"path": path}
        )
    return key


def _named(recipient: str) -> None:
    """Refuse to hand anything to nobody.

    Raises:
        BadInputError: nobody is named.
    """
    if not recipient.strip():
        raise BadInputError(_("What leaves goes to somebody: say to whom with --recipient."))


def _bytes(file: Path) -> bytes:
    """Return what a file holds.

    Raises:
        BadInputError: it cannot be read, or is no list by its size.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise BadInputError(_("%(path)s is too large for a list; name a file of the filter feed.") % {"path": file})
        return file.read_bytes()
    except OSError as problem:
        raise BadInputError(_("%(path)s cannot be read: %(why)s.") % {"path": file, "why": why(problem)}) from problem


def _write_new(out: Path, data: bytes) -> None:
    """Write a file that was not there.

    Raises:
        RefusedError: it is there already.
        BadInputError: it cannot be written.
    """
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError as there:
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": out}) from there
    except OSError as problem:
        raise BadInputError(
            _("%(path)s cannot be written: %(why)s; choose another place.") % {"path": out, "why": why(problem)}
        ) from problem


def _as_json(one: FeedVersion) -> dict[str, Any]:
    """Return a version for programs."""
    return {
        "version": one.number,
        "serial": one.serial,
        "made": one.made_at.isoformat(),
        "by": one.made_by.username,
        "addresses": one.hosts,
        "sha256": one.sha256,
        "previous": one.previous.number if one.previous else None,
        "files": one.files,
    }
