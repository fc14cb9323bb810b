"""What a feed may name: nobody's registry, nothing outside the public DNS, and a platform only with a person's word."""

from __future__ import annotations

import pytest

from soken.core.hosts import HostError, HostProblem
from soken.reference.listable import LONGEST_LISTED, asked_names, listable_host, shared_platform


@pytest.mark.parametrize(
    "name", ["co.jp", "jp", "com", "example", "tokyo.jp", "kawasaki.jp", "ne.jp", "CO.JP.", "公司.cn", "https://co.uk/"]
)
def test_a_registry_is_never_listed(name: str) -> None:
    with pytest.raises(HostError) as refused:
        listable_host(name)
    assert refused.value.problem is HostProblem.SUFFIX


@pytest.mark.parametrize("name", ["abc.onion", "shop.local", "localhost", "1.in-addr.arpa", "shop.invalid"])
def test_a_name_that_no_public_name_server_answers_is_refused(name: str) -> None:
    with pytest.raises(HostError) as refused:
        listable_host(name)
    assert refused.value.problem is HostProblem.NOT_PUBLIC


def test_a_name_that_does_not_fit_into_a_zone_is_refused() -> None:
    label = "a" * 49
    fits = ".".join([label] * 3 + ["b" * 42, "example"])
    assert len(listable_host(fits)) == LONGEST_LISTED
    with pytest.raises(HostError):
        listable_host(f"c{fits}")


@pytest.mark.parametrize(
    ("host", "platform"),
    [
        ("shop.example", ""),
        ("shop.co.jp", ""),
        ("github.io", "github.io"),
        ("www.github.io", "github.io"),
        ("one.github.io", ""),
        ("fc2.com", "fc2.com"),
        ("one.fc2.com", ""),
        ("google.com", "google.com"),
        ("www.google.com", "google.com"),
    ],
)
def test_a_shared_platform_is_known_and_one_users_own_name_is_none(host: str, platform: str) -> None:
    found = shared_platform(listable_host(host))
    assert bool(found) == bool(platform)
    assert not platform or found == platform or found.endswith(f".{platform}") or host == f"www.{platform}"


def test_a_domain_above_platforms_is_one_too() -> None:
    assert shared_platform("amazonaws.com").endswith(".amazonaws.com")


def test_a_host_is_looked_up_under_itself_and_the_domains_above_down_to_the_registered_one() -> None:
    assert asked_names("a.b.shop.co.jp") == ["a.b.shop.co.jp", "b.shop.co.jp", "shop.co.jp"]
    assert asked_names("one.github.io") == ["one.github.io", "github.io"]
    assert asked_names("shop.example") == ["shop.example"]
    assert asked_names("co.jp") == []
