"""The key of the evidence store: it wraps the key of each item, and nothing else is encrypted with it.

It is named by the environment and kept outside the home: a key that lies beside the data protects nothing. Without one
the store is not encrypted, and ``soken doctor`` says so.
"""

from __future__ import annotations

import os
import shlex
import subprocess  # nosec B404  # the administrator's own command
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyrage

from soken.core.age_file import Identity, WrongKeyError
from soken.core.errors import EnvironmentProblemError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The keys themselves (AGE-SECRET-KEY-1…), a blank between; the first wraps, all unwrap.
VALUE: Final = "SOKEN_STORE_KEY"
#: A file of them, one a line, as age writes it.
FILE: Final = "SOKEN_STORE_KEY_FILE"
#: A command that wraps and unwraps: called with ``wrap`` or ``unwrap`` behind it, bytes on standard input and output.
COMMAND: Final = "SOKEN_STORE_KEY_COMMAND"
_BY_COMMAND: Final = b"wrapped by a command\n"
_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """Keys that Soken is given: the first wraps, every one unwraps.

    Attributes:
        identities: at least one.
        named: where they stand, for messages.
    """

    identities: tuple[Identity, ...]
    named: str

    def wrap(self, key: bytes) -> bytes:
        """Return an item's key encrypted to the first."""
        wrapped: bytes = pyrage.encrypt(key, [pyrage.x25519.Recipient.from_str(self.identities[0].recipient)])
        return wrapped

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return an item's key, opened by whichever opens it.

        Raises:
            EnvironmentProblemError: none does.
        """
        try:
            key: bytes = pyrage.decrypt(wrapped, [pyrage.x25519.Identity.from_str(one.text) for one in self.identities])
        except pyrage.DecryptError as wrong:
            raise EnvironmentProblemError(
                f"The key in {self.named} is not the one that the evidence store is encrypted with: name the right one."
            ) from wrong
        return key


@dataclass(frozen=True, slots=True)
class KeyCommand:
    """A command that wraps and unwraps, and shows its own key to nobody.

    Attributes:
        words: the command and its arguments.
    """

    words: tuple[str, ...]

    def wrap(self, key: bytes) -> bytes:
        """Return what the command makes of an item's key.

        Raises:
            EnvironmentProblemError: it does not work.
        """
        return _BY_COMMAND + self._asked("wrap", key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return what the command makes of a wrapped key.

        Raises:
            EnvironmentProblemError: it does not work, or did not wrap it.
        """
        if not wrapped.startswith(_BY_COMMAND):
            raise EnvironmentProblemError(
                f"The evidence store is encrypted with a key and not by a command: name it in {FILE}, not {COMMAND}."
            )
        return self._asked("unwrap", wrapped.removeprefix(_BY_COMMAND))

    def _asked(self, what: str, given: bytes) -> bytes:
        """Call the command."""
        try:
            done = subprocess.run(  # noqa: S603 (the administrator's own command)  # nosec B603
                [*self.words, what], input=given, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise EnvironmentProblemError(f"The command in {COMMAND} cannot be run: {problem}; see to it.") from problem
        if done.returncode or not done.stdout:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise EnvironmentProblemError(
                f"The command in {COMMAND} did not {what} a key (exit code {done.returncode}"
                f"{f': {said[-1][:200]}' if said else ''}); see to it."
            )
        return done.stdout


StoreKey = KnownKeys | KeyCommand


def store_key() -> StoreKey | None:
    """Return the key that the environment names, None for none.

    Raises:
        EnvironmentProblemError: more than one is named, or what is named is none.
    """
    said = {name: os.environ[name] for name in (VALUE, FILE, COMMAND) if os.environ.get(name)}
    if not said:
        return None
    if len(said) > 1:
        raise EnvironmentProblemError(f"{' and '.join(said)} are both set: name the evidence store's key once.")
    ((name, value),) = said.items()
    if name == COMMAND:
        return KeyCommand(tuple(shlex.split(value)))
    if name == FILE:
        return keys_in(Path(value))
    return KnownKeys(_read(value.replace(",", " ").split(), VALUE), VALUE)


def keys_in(file: Path) -> KnownKeys:
    """Return the keys that a file holds.

    Raises:
        EnvironmentProblemError: it cannot be read, or holds none.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise EnvironmentProblemError(
            f"The key file {file} cannot be read: {getattr(problem, 'strerror', 'it is no text')}; see {FILE}."
        ) from problem
    keys = [one.strip() for one in lines if one.strip() and not one.startswith("#")]
    return KnownKeys(_read(keys, str(file)), str(file))


def new_key_first() -> Path | None:
    """Put a new key before the one in the key file, and return the file; None where keys are kept elsewhere.

    A file that holds several is in the middle of a rotation: its first key is the new one.

    Raises:
        EnvironmentProblemError: the file cannot be written.
    """
    if not os.environ.get(FILE):
        return None
    file = Path(os.environ[FILE])
    known = keys_in(file).identities
    if len(known) == 1:
        _write(file, [Identity.make(), *known])
    return file


def old_keys_gone(file: Path) -> None:
    """Leave only the first key in a key file, once nothing is wrapped with the others."""
    _write(file, keys_in(file).identities[:1])


def _write(file: Path, keys: Iterable[Identity]) -> None:
    """Write a key file in one step."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
            stream.writelines(f"{one.text}\n" for one in keys)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as problem:
        raise EnvironmentProblemError(
            f"The key file {file} cannot be written ({problem.strerror}): put the new key before the old one in it "
            "yourself, and rotate again."
        ) from problem


def _read(texts: Iterable[str], named: str) -> tuple[Identity, ...]:
    """Return the keys that some texts are, at least one."""
    try:
        found = tuple(Identity.read(one) for one in texts)
    except WrongKeyError as wrong:
        raise EnvironmentProblemError(
            f"What stands in {named} is no key (AGE-SECRET-KEY-1…): make one with soken key make."
        ) from wrong
    if not found:
        raise EnvironmentProblemError(f"There is no key in {named}: make one with soken key make.")
    return found
