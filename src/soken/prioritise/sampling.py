"""Who is drawn for a second assessment: by chance that can be drawn again, and with every band and force in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Collection

#: A band, or a force, with so many persons who can be drawn has one in every sample. With fewer, one who is drawn would
#: say nothing of the others, and the same few would be assessed again and again.
ENOUGH: Final = 5


@dataclass(frozen=True, slots=True)
class Drawable:
    """Somebody who can be drawn.

    Attributes:
        person: the code.
        band: of the first assessment.
        force: code of the force, '' for none.
    """

    person: str
    band: str
    force: str

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Return the groups that the person stands for."""
        return (("band", self.band), ("force", self.force))


def draw(people: Collection[Drawable], *, wanted: int, seed: int) -> list[Drawable]:
    """Draw a sample: the same people and seed give the same sample, on whatever machine.

    First one for each band and force that has enough, where one person can stand for both; then whoever comes next in
    the order of chance, whatever the group. Small groups are in it more often than their share, so that none is missed.

    Args:
        people: who can be drawn.
        wanted: how many, 1 or more; all of them where there are fewer.
        seed: what the chance begins with.

    Raises:
        BadInputError: so few cannot hold every band and force that has enough.
    """
    waiting = sorted(people, key=lambda one: _chance(seed, one.person))
    counts = Counter(group for one in waiting for group in one.groups)
    missing = {group for group, count in counts.items() if count >= ENOUGH}
    drawn: list[Drawable] = []
    while missing:
        # The first of those who stand for most of what is missing: `max` keeps to the order of chance.
        best = max(waiting, key=lambda one: len(missing.intersection(one.groups)))
        missing.difference_update(best.groups)
        waiting.remove(best)
        drawn.append(best)
    if len(drawn) > wanted:
        raise BadInputError(
            f"{wanted} persons cannot hold each band and each force that has enough; draw {len(drawn)} or more."
        )
    return [*drawn, *waiting[: wanted - len(drawn)]]


def _chance(seed: int, person: str) -> bytes:
    """Return a person's place in the order of chance: a hash, since a library's random numbers may change with it."""
    return sha256(f"{seed} {person}".encode()).digest()
