"""Hosts in their one form: every spelling of an address is one name, and what is no name is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.core.hosts import LONGEST_NAME, HostError, HostProblem, canonical_host, is_within, parents, readable_host

SAME = [
    ("shop.example", "shop.example"),
    ("SHOP.Example", "shop.example"),
    ("shop.example.", "shop.example"),
    (" https://Shop.Example.:8443/path?q=a@b#c ", "shop.example"),
    ("http://user:word@shop.example/", "shop.example"),
    ("shop.example:443", "shop.example"),
    ("shop.example/path", "shop.example"),
    ("shop。example", "shop.example"),
    ("ｓｈｏｐ．ｅｘａｍｐｌｅ", "shop.example"),
    ("日本語.example", "xn--wgv71a119e.example"),
    ("XN--WGV71A119E.EXAMPLE", "xn--wgv71a119e.example"),
    ("faß.example", "xn--fa-hia.example"),
    ("my_shop.example", "my_shop.example"),
    ("r3---node.example", "r3---node.example"),
    ("localhost", "localhost"),
]
REFUSED = [
    ("", HostProblem.BLANK),
    ("  \t", HostProblem.BLANK),
    ("hanako@mail.example", HostProblem.MAIL),
    ("192.0.2.1", HostProblem.NUMBER),
    ("http://192.0.2.1:80/", HostProblem.NUMBER),
    ("http://0xC0000201/", HostProblem.NUMBER),
    ("[2001:db8::1]:80", HostProblem.NUMBER),
    ("2001:db8::1", HostProblem.NUMBER),
    ("*.shop.example", HostProblem.SIGN),
    ("shop..example", HostProblem.SIGN),
    ("shop.example..", HostProblem.SIGN),
    (".shop.example", HostProblem.SIGN),
    ("-shop.example", HostProblem.SIGN),
    ("the shop.example", HostProblem.SIGN),
    ("xn--a.example", HostProblem.SIGN),
    ("a" * 64 + ".example", HostProblem.SIGN),
    ("//shop.example/", HostProblem.SIGN),
    (".".join(["a" * 60] * 5), HostProblem.TOO_LONG),
    ("a" * 5000, HostProblem.TOO_LONG),
]
LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(lambda one: not one.startswith("xn--"))
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(lambda labels: ".".join([*labels, "example"]))


@pytest.mark.parametrize(("typed", "host"), SAME)
def test_every_spelling_of_an_address_is_one_name(typed: str, host: str) -> None:
    assert canonical_host(typed) == host


@pytest.mark.parametrize(("typed", "problem"), REFUSED)
def test_what_names_no_host_is_refused_with_its_reason(typed: str, problem: HostProblem) -> None:
    with pytest.raises(HostError) as refused:
        canonical_host(typed)
    assert refused.value.problem is problem


@given(st.text(max_size=40) | HOSTS | st.builds(lambda text: f"{text}.example", st.text(max_size=12)))
def test_what_was_made_canonical_stays_as_it_is(text: str) -> None:
    try:
        once = canonical_host(text)
    except HostError:
        return
    assert canonical_host(once) == once
    assert canonical_host(readable_host(once)) == once
    assert once.isascii()
    assert once == once.lower()
    assert len(once) <= LONGEST_NAME


@given(HOSTS, st.sampled_from(["{}", "{}.", "HTTPS://{}/a", "http://u:p@{}:80?q", "{}:8443"]), st.booleans())
def test_spelling_changes_nothing(host: str, spelling: str, upper: bool) -> None:
    assert canonical_host(spelling.format(host.upper() if upper else host)) == host


@given(HOSTS, HOSTS)
def test_a_host_is_within_each_domain_above_it_and_within_no_other(host: str, other: str) -> None:
    assert all(is_within(host, one) for one in parents(host))
    assert is_within(host, other) == (other in set(parents(host)))


def test_an_international_host_can_be_read() -> None:
    assert readable_host("xn--wgv71a119e.shop.example") == "日本語.shop.example"
