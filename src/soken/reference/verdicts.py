"""What a court decides on a case after the prosecutor, and at what instance: dated code lists (data, R36)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError
from soken.reference.dispositions import CaseWord, DispositionClass, disposition_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = "verdicts.toml"
_LONGEST_CODE: Final = 30
_WORDS: Final = frozenset({"en", "ja", "law", "from", "of"})
#: What comes to a court at all.
COURTS: Final = frozenset({DispositionClass.PROSECUTION, DispositionClass.FAMILY_COURT})
#: The criminal court gives the case to the family court, whose decisions follow.
TO_FAMILY_COURT: Final = "to-family-court"


class Outcome(StrEnum):
    """What a verdict means once it is final."""

    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    ENDED = "court-ended"
    MEASURE = "measure"
    NO_MEASURE = "no-measure"
    UPHELD = "upheld"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class VerdictKind(CaseWord):
    """A verdict that a court can give.

    Attributes:
        of: classes of disposition before whose court it can be given.
        dispositions: the dispositions of which one must stand; none: any of those classes.
        instances: where it can be given; none: anywhere.
        outcome: what it means once it is final.
        again: whether the prosecutor can indict anew once it is final.
        living: whether it is given of the living only, but for a retrial.
        leads: instances that can follow it, of which another verdict can be given, while it is not final.
        ends: whether it can end a case after a verdict of the same instance that is not final.
    """

    of: frozenset[DispositionClass]
    dispositions: tuple[str, ...]
    instances: tuple[str, ...]
    outcome: Outcome
    again: bool
    living: bool
    leads: tuple[str, ...]
    ends: bool


@dataclass(frozen=True, slots=True)
class Instance(CaseWord):
    """An instance at which a court decides.

    Attributes:
        of: classes of disposition that come there.
        follows: instances whose verdict it comes after, "" for none.
        final: whether it comes after a verdict that is final, and after no other.
    """

    of: frozenset[DispositionClass]
    follows: tuple[str, ...]
    final: bool


@cache
def instances() -> Mapping[str, Instance]:
    """Return the instances by code, in the file's order.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    table = _table("instances")
    found = {}
    for code, said in table.items():
        _check(code, said, needed={"follows"}, further={"final"})
        if not set(said["follows"]) <= table.keys() | {""} or not isinstance(said.get("final", False), bool):
            raise _not_whole(code)
        found[code] = Instance(
            code, said["en"], said["ja"], said["law"], said["from"], _classes(said), tuple(said["follows"]),
            said.get("final", False),
        )  # fmt: skip
    return MappingProxyType(found)


@cache
def verdict_kinds() -> Mapping[str, VerdictKind]:
    """Return the verdicts by code, in the file's order.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    return MappingProxyType({code: _kind(code, said) for code, said in _table("verdicts").items()})


def verdict_kind(code: str) -> VerdictKind:
    """Return a verdict that is stored.

    Raises:
        DamagedStoreError: the file that ships with Soken no longer knows the code.
    """
    found = verdict_kinds().get(code)
    if found is None:
        raise DamagedStoreError(f"{_FILE} does not know the verdict {code!r} that is stored; reinstall Soken.")
    return found


def instance_named(code: str) -> Instance:
    """Return an instance that is stored.

    Raises:
        DamagedStoreError: the file that ships with Soken no longer knows the code.
    """
    found = instances().get(code)
    if found is None:
        raise DamagedStoreError(f"{_FILE} does not know the instance {code!r} that is stored; reinstall Soken.")
    return found


def _kind(code: str, said: dict[str, Any]) -> VerdictKind:
    """Return a verdict as the file has it.

    Raises:
        DamagedStoreError: a value is missing, is of another type, or cannot be.
    """
    _check(code, said, needed={"outcome"}, further={"dispositions", "instances", "again", "living", "leads", "ends"})
    flags = [said.get(one, False) for one in ("again", "living", "ends")]
    known = (
        set(said.get("dispositions", ())) <= disposition_kinds().keys(),
        {*said.get("instances", ()), *said.get("leads", ())} <= instances().keys(),
        said["outcome"] in set(Outcome),
        all(isinstance(one, bool) for one in flags),
    )
    if not all(known):
        raise _not_whole(code)
    return VerdictKind(
        code, said["en"], said["ja"], said["law"], said["from"], _classes(said), tuple(said.get("dispositions", ())),
        tuple(said.get("instances", ())), Outcome(said["outcome"]), flags[0], flags[1], tuple(said.get("leads", ())),
        flags[2],
    )  # fmt: skip


def _check(code: str, said: dict[str, Any], *, needed: set[str], further: set[str]) -> None:
    """Refuse an entry that lacks something, or says something that nobody knows.

    Raises:
        DamagedStoreError: it is so.
    """
    keys = _WORDS | needed
    whole = keys <= said.keys() <= keys | further and len(code) <= _LONGEST_CODE
    if not (whole and type(said["from"]) is date and said["en"] and said["ja"] and said["law"]):
        raise _not_whole(code)
    if not said["of"] or not set(said["of"]) <= COURTS:
        raise _not_whole(code)


def _classes(said: dict[str, Any]) -> frozenset[DispositionClass]:
    """Return the classes that an entry names."""
    return frozenset(DispositionClass(one) for one in said["of"])


def _not_whole(code: str) -> DamagedStoreError:
    """Return the error that an entry is not whole."""
    return DamagedStoreError(f"{_FILE}: the entry {code!r} is not whole; reinstall Soken.")


def _table(name: str) -> dict[str, dict[str, Any]]:
    """Return one table of the file.

    Raises:
        DamagedStoreError: it is not there.
    """
    said = tomllib.loads(files("soken.reference").joinpath(_FILE).read_text("utf-8"))
    found: dict[str, dict[str, Any]] = said.get(name, {})
    if not found:
        raise DamagedStoreError(f"{_FILE} holds no {name}; reinstall Soken.")
    return found
