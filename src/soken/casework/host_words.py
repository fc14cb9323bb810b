"""Why an address may not stand in the filter feed, in the language of whoever entered it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from soken.core.hosts import HostProblem

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from soken.core.hosts import HostError

HOST_WORDS: Final[dict[HostProblem, _StrPromise]] = {
    HostProblem.BLANK: gettext_lazy("No address is given; type a domain, a host or a web address."),
    HostProblem.MAIL: gettext_lazy("“%(said)s” is a mail address; type the domain or the host of a shop."),
    HostProblem.NUMBER: gettext_lazy(
        "“%(said)s” is an address by number, which no name filter can know; type the name of the host."
    ),
    HostProblem.SIGN: gettext_lazy("“%(said)s” is no host's name; check it sign by sign."),
    HostProblem.TOO_LONG: gettext_lazy("“%(said)s” is longer than a host's name can be; check it."),
    HostProblem.SUFFIX: gettext_lazy(
        "“%(said)s” is where everybody registers names, not anybody's own; name the shop's own domain."
    ),
    HostProblem.NOT_PUBLIC: gettext_lazy(
        "“%(said)s” is no name of the public DNS, so no name server can withhold it; leave it out."
    ),
}


def host_words(problem: HostError) -> str:
    """Return what is wrong with an address, in one sentence."""
    return str(HOST_WORDS[problem.problem]) % {"said": problem.said}
