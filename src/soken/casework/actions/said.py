"""What people say in an act: words that must be there, codes that must exist, days that can be."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.casework.selectors.deaths import died_on
from soken.casework.selectors.dossier import today
from soken.core.errors import BadInputError
from soken.reference.offences import in_force_since

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.casework.models import Dossier

#: Longest text that an entry takes.
LONGEST: Final = 4000
#: Longest name of whom a copy goes to, as the ledger takes it.
LONGEST_RECIPIENT: Final = 200
#: Nobody whom a list of our day can name was born before it.
_FIRST_BIRTH: Final = date(1900, 1, 1)


def in_words(text: str, what: str, *, longest: int = LONGEST) -> str:
    """Return a text that says something, without blanks around it.

    Args:
        text: as typed.
        what: what it is, for the error.
        longest: most characters.

    Raises:
        BadInputError: it is blank, too long, or holds a character that cannot be stored.
    """
    said = text.strip()
    if not said:
        raise BadInputError(_("%(what)s is missing: say it in words.") % {"what": what})
    if len(said) > longest or "\0" in said:
        raise BadInputError(_("%(what)s is longer than %(longest)s characters.") % {"what": what, "longest": longest})
    return said


def to_whom_and_why(recipient: str, reason: str) -> tuple[str, str]:
    """Return to whom a copy of a case goes and why, as the ledger holds them: no copy goes out without both (R33, R35).

    Raises:
        BadInputError: one is blank, too long, or holds a character that cannot be stored.
    """
    return in_words(recipient, _("To whom it goes"), longest=LONGEST_RECIPIENT), in_words(reason, _("Why it goes out"))


def one_of(code: str, codes: Iterable[str], what: str) -> str:
    """Return a code that is among those known.

    Raises:
        BadInputError: it is not.
    """
    known = list(codes)
    if code not in known:
        raise BadInputError(
            _("%(what)s “%(code)s” is not known; choose one of: %(known)s.")
            % {"what": what, "code": code[:40], "known": ", ".join(known)}
        )
    return code


def past_day(day: date, what: str, dossier: Dossier, *, since: date | None = None) -> date:
    """Return a day that is not in the future and not before the person's birth, where that is established.

    Args:
        day: as said.
        what: what it is, for the error.
        dossier: whose.
        since: the day before which it cannot lie whoever the person is; see `working_day`.

    Raises:
        BadInputError: it is.
    """
    if day > today():
        raise BadInputError(
            _("%(what)s (%(day)s) lies in the future; check the date.") % {"what": what, "day": day.isoformat()}
        )
    born = born_on(dossier)
    if day < (born or _FIRST_BIRTH):
        raise BadInputError(
            _("%(what)s (%(day)s) lies before the person's birth; check the year, the month and the day.")
            % {"what": what, "day": day.isoformat()}
        )
    if since is not None and day < since:
        raise BadInputError(
            _("%(what)s (%(day)s) lies before %(since)s, when the Act came into force; check the year.")
            % {"what": what, "day": day.isoformat(), "since": since.isoformat()}
        )
    return day


def working_day(day: date, what: str, dossier: Dossier) -> date:
    """Return a day on which somebody worked on the case: `past_day`, and not before there was such an offence.

    Raises:
        BadInputError: it cannot be.
    """
    return past_day(day, what, dossier, since=in_force_since())


def lived_day(day: date, what: str, dossier: Dossier) -> date:
    """Return a day on which the person acted or held something: `past_day`, and not after the day of death.

    Raises:
        BadInputError: it cannot be.
    """
    past_day(day, what, dossier)
    died = died_on(dossier)
    if died is not None and day > died:
        raise BadInputError(
            _("%(what)s (%(day)s) lies after the day of death (%(died)s); one of the two is wrong: check both.")
            % {"what": what, "day": day.isoformat(), "died": died.isoformat()}
        )
    return day


def day_of_death(day: date, dossier: Dossier) -> date:
    """Return a day of death that fits what is recorded: `past_day`, and not before a day on which the person acted.

    Raises:
        BadInputError: it does not fit.
    """
    past_day(day, _("The day of death"), dossier)
    last = max(_days_lived(dossier), default=day)
    if day < last:
        raise BadInputError(
            _(
                "The day of death (%(day)s) lies before %(last)s, on which by what is recorded the person acted; check"
                " the day, or withdraw that entry first."
            )
            % {"day": day.isoformat(), "last": last.isoformat()}
        )
    return day


def birth_day(day: date, dossier: Dossier) -> date:
    """Return a birth date that fits what is recorded: not in the future, not after a day on which the person acted.

    Raises:
        BadInputError: it does not fit.
    """
    earliest = min(_days_lived(dossier), default=today())
    if not _FIRST_BIRTH <= day <= min(earliest, today()):
        raise BadInputError(
            _("The birth date %(day)s lies in the future, before 1900, or after a day on which the person acted.")
            % {"day": day.isoformat()}
        )
    return day


def born_on(dossier: Dossier) -> date | None:
    """Return the birth date that a confirmation in force states, None if none does."""
    stated = dossier.confirmations.filter(withdrawn_at__isnull=True, born_on__isnull=False)
    return stated.values_list("born_on", flat=True).first()


def _days_lived(dossier: Dossier) -> list[date]:
    """Return the days on which the person acted, or held something, by what is recorded and stands."""
    shown = dossier.element_exhibits.filter(withdrawn_at__isnull=True).values_list("shown_on", flat=True)
    acts = dossier.offences.filter(withdrawn_at__isnull=True).values_list("first_on", "last_on")
    return [day for day in (*shown, *(day for both in acts for day in both)) if day is not None]
