"""``soken backup`` and ``soken restore``: a whole installation in one file, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from soken.commands.language import gettext as _
from soken.commands.output import print_counts, print_json
from soken.commands.progress import shown_progress
from soken.commands.started import started
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.core.home import open_home

_SERVER: Final = "SOKEN_DATABASE_URL"
#: How a file of age begins; of a secret key's, one that is closed with a passphrase.
_CLOSED: Final = b"age-encryption.org/v1"
_SHORTEST: Final = 12
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def backup(
    out: Annotated[Path, typer.Option(help="A file that does not exist yet.")],
    to: Annotated[str, typer.Option(help="Public key (age1…) of who may put it back.")] = "",
    unencrypted: Annotated[bool, typer.Option("--unencrypted", help="Write a file that everybody can read.")] = False,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="With the installation's keys: without them the ledger stays closed.")
    ] = False,
    json: Json = False,
) -> None:
    """Write a backup while Soken is in use: every row, every evidence item, encrypted to whoever may put it back."""
    if bool(to) == unencrypted:
        raise BadInputError(_("Say who may put it back with --to age1…, or that everybody may read it: --unencrypted."))
    home = started()
    import soken
    from soken.backup.archive import write_backup
    from soken.core.rewriting import copied

    with copied(home), shown_progress().stage("back up", unit="bytes") as advance:
        found = write_backup(
            home,
            out,
            recipient=to,
            keys=with_keys,
            made_at=clock.stamp(clock.now()),
            tool=f"soken {soken.__version__}",
            advance=advance,
            server=os.environ.get(_SERVER, ""),
        )
        _record_backup(out.name, found.made_at, encrypted=not unencrypted)
    told = {"tables": len(found.tables), "rows": found.rows, "files": len(found.files), "bytes": out.stat().st_size}
    if json:
        print_json({**told, "ledger": found.ledger, "encrypted": not unencrypted, "keys": with_keys})
    else:
        words = {"tables": _("tables"), "rows": _("rows"), "files": _("files"), "bytes": _("bytes")}
        print_counts(_("Backed up to %(path)s") % {"path": out}, {words[name]: one for name, one in told.items()})


def _record_backup(name: str, made_at: str, *, encrypted: bool) -> None:
    """Enter in the ledger that a backup was made: whoever erases a person must know which backups hold them."""
    from soken.commands.started import started

    started()
    from soken.ledger.entries import Draft, Kind
    from soken.ledger.record import record

    record(Draft(Kind.SYSTEM, act="backup", facts={"file": name, "made_at": made_at, "encrypted": encrypted}))


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    home: Annotated[Path, typer.Option(help="An empty folder, which becomes the home.")],
    identity: Annotated[Path | None, typer.Option(help="File of the secret key.", exists=True, dir_okay=False)] = None,
    database: Annotated[
        str, typer.Option(envvar=_SERVER, help="An empty PostgreSQL database, for a backup of one.", show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    """Put a backup into an empty folder, and compare every row, every file and the ledger with what was backed up."""
    from soken.backup.unpack import read_backup
    from soken.core.vault import KEY

    key = _key(identity) if identity else ""
    with shown_progress().stage("restore", unit="bytes") as advance:
        found = read_backup(
            file, home.absolute(), identity=key, advance=advance, server=database, check_also=_check_evidence
        )
    tables, rows, files = len(found.tables), found.rows, len(found.files)
    if json:
        compared = {"tables_compared": tables, "rows_compared": rows, "files_compared": files}
        print_json({**compared, "ledger": found.ledger})
        return
    print_counts(
        _("Restored into %(home)s, as it was on %(moment)s") % {"home": home, "moment": found.made_at},
        {_("tables compared"): tables, _("rows compared"): rows, _("files compared"): files},
    )
    if any(name.endswith(f"/{KEY}") for name in found.files):
        typer.echo(
            _("The evidence is encrypted: name the store's key and run soken doctor, which hashes what is in it.")
        )
    if not found.keys:
        typer.echo(_("The backup holds no keys: put the installation's keys into the folder before it is used."))


def backup_key(
    out: Annotated[Path, typer.Option(help="File for the secret key; keep it away from this machine.")],
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Close the file with a passphrase, which is asked for.")
    ] = False,
) -> None:
    """Make a pair of keys for backups: print the public one, write the secret one to a file."""
    import pyrage

    said = _new_passphrase() if passphrase else ""
    made = pyrage.x25519.Identity.generate()
    written = f"{made}\n".encode("ascii")
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": out}) from there
    with os.fdopen(descriptor, "wb") as file:
        file.write(pyrage.passphrase.encrypt(written, said) if said else written)
    typer.echo(str(made.to_public()))


def _new_passphrase() -> str:
    """Ask for a passphrase twice, unseen: it is on no command line, in no environment and in no history.

    Raises:
        BadInputError: it is too short to hold.
    """
    again = _("Repeat for confirmation")
    said: str = typer.prompt(_("Passphrase"), hide_input=True, confirmation_prompt=again, err=True)
    if len(said) < _SHORTEST:
        raise BadInputError(
            _("A passphrase has at least %(least)s characters; take several words.") % {"least": _SHORTEST}
        )
    return said


def _key(file: Path) -> str:
    """Return the secret key that a file holds, comments left out; the passphrase of a closed one is asked for.

    Raises:
        BadInputError: the passphrase is not the one, or the file holds no key.
    """
    import pyrage

    content = file.read_bytes()
    if content.startswith(_CLOSED):
        said: str = typer.prompt(_("Passphrase of %(file)s") % {"file": file.name}, hide_input=True, err=True)
        try:
            content = pyrage.passphrase.decrypt(content, said)
        except pyrage.DecryptError as wrong:
            raise BadInputError(
                _("The passphrase does not open %(file)s; type it again.") % {"file": file.name}
            ) from wrong
    lines = content.decode("utf-8", "replace").splitlines()
    found = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
    if not found:
        raise BadInputError(
            _("%(file)s holds no secret key (AGE-SECRET-KEY-1…); name the one that backup-key wrote.")
            % {"file": file.name}
        )
    return found


def _check_evidence(home: Path) -> None:
    """Hash every original anew: its id is its hash. Of what is encrypted, and its key not named, only the file is sure.

    Raises:
        DamagedStoreError: one is not what its id says.
    """
    from soken.core.store_key import store_key
    from soken.core.vault import has_key
    from soken.intake import verify

    there = open_home(home)
    closed = store_key() is None
    for folder in sorted(there.evidence.iterdir()):
        if not (closed and has_key(folder)):
            verify(there, folder.name)
