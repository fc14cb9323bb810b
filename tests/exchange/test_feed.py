"""The filter feed's files: what filters of each kind make of them, and what they do not give away."""

from __future__ import annotations

import hashlib
import re

import dns.name
import dns.rdatatype
import dns.zone
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.core.hosts import HostError
from soken.exchange.feed_forms import FORMS, Form
from soken.exchange.feed_prefixes import EXCEPTION_STEP, STEP, keyed_prefix, open_exception, open_prefix
from soken.exchange.feed_read import FeedFile, Verdict, check_host, is_signed, read_feed
from tests.exchange.feeds import KEY, KEYS, made

LABEL = st.text("abc", min_size=1, max_size=2)
HOST = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
LOOKUP = KEYS.secrets.lookup
BLOCKED = Verdict.LISTED


def checked(host: str, form: Form, files: dict[Form, bytes]) -> Verdict:
    return check_host(host, read_feed(files[form]), lookup_key=LOOKUP)


def by_zone(host: str, data: bytes) -> bool:
    """As a name server takes a response-policy zone (RFC 4592): the name itself, else the wildcard of the closest name
    that exists above it; a name exists, too, where something stands below it."""
    zone = dns.zone.from_text(data.decode(), origin="any.name.invalid.")
    exists = {above for one in zone for above in chain(one)}
    name, star = dns.name.from_text(host, origin=None), dns.name.from_text("*", origin=None)
    asked = name if name in exists else star + next(one for one in chain(name) if one in exists)
    found = zone.get_rdataset(asked, dns.rdatatype.CNAME)
    if found is None:
        return False
    assert found[0].target in {dns.name.root, dns.name.from_text("rpz-passthru.")}
    return bool(found[0].target == dns.name.root)


def chain(name: dns.name.Name) -> list[dns.name.Name]:
    """A name and all above it, down to the top of the zone."""
    return [dns.name.Name(name.labels[at:]) for at in range(len(name) + 1)]


def by_hosts_file(host: str, data: bytes) -> bool:
    """As the resolver library reads a hosts file: a line's first word is the address, the others are names."""
    lines = (line.split("#")[0].split() for line in data.decode().splitlines())
    known = {(name, words[0]) for words in lines if words for name in words[1:]}
    return {(host, "0.0.0.0"), (host, "::")} <= known  # noqa: S104 (no socket)


def by_adguard(host: str, data: bytes) -> bool:
    """As AdGuard's DNS rules go: ``!`` begins a comment, ``||name^`` is a name and all below it, ``@@`` an exception;
    of all that fit, an important exception outdoes an important rule, that an exception, and that a rule."""
    best = (0, False)
    for rule in data.decode().splitlines():
        if rule.startswith("!"):
            continue
        found = re.fullmatch(r"(@@)?[|]{2}([a-z0-9.-]+)\^([$]important)?", rule)
        assert found, rule
        if host == found[2] or host.endswith("." + found[2]):
            best = max(best, (2 * bool(found[3]) + bool(found[1]) + 1, not found[1]))
    return best[1]


def nearest(host: str, hosts: frozenset[str], delisted: frozenset[str]) -> bool:
    """What two people have said of the nearest name decides."""
    while host:
        if host in hosts:
            return True
        if host in delisted:
            return False
        host = host.partition(".")[2]
    return False


@settings(max_examples=150)
@given(st.frozensets(HOST, max_size=6), st.frozensets(HOST, max_size=4), st.lists(HOST, max_size=8))
def test_each_form_withholds_what_is_listed_and_all_below_it_but_nothing_that_was_delisted(
    hosts: frozenset[str], delisted: frozenset[str], others: list[str]
) -> None:
    files = made(hosts, delisted=delisted)
    spoken = hosts | delisted
    for host in [*spoken, *(f"x.{host}" for host in spoken), *(f"y.x.{host}" for host in spoken), *others]:
        wanted = nearest(host, hosts, delisted)
        assert by_zone(host, files[Form.RPZ]) is wanted
        assert by_adguard(host, files[Form.ADGUARD]) is wanted
        named = any(host in {one, f"www.{one}"} for one in hosts)
        assert by_hosts_file(host, files[Form.HOSTS]) is (named and wanted if not host.startswith("www.") else wanted)
        assert (checked(host, Form.KEYED, files) is BLOCKED) is wanted
        assert (checked(host, Form.RPZ, files) is BLOCKED) is wanted
        assert (checked(host, Form.ADGUARD, files) is BLOCKED) is wanted
        assert (checked(host, Form.HOSTS, files) is BLOCKED) is (named and wanted)
        assert checked(host, Form.PREFIXES, files) is not BLOCKED, (
            "a prefix that hundreds of names share proves nothing"
        )
    for host in hosts:
        assert checked(host, Form.PREFIXES, files) is Verdict.MAYBE


def test_a_delisted_address_is_free_in_every_form_where_the_domain_above_it_stays_listed() -> None:
    files = made({"shop.example"}, delisted={"blog.shop.example", "www.shop.example"})
    for host in ("blog.shop.example", "a.blog.shop.example", "www.shop.example"):
        assert {checked(host, form, files) for form in Form} == {Verdict.NOT_LISTED}
    for host in ("shop.example", "cart.shop.example"):
        for form in set(Form) - {Form.HOSTS, Form.PREFIXES}:
            assert checked(host, form, files) is BLOCKED
        assert checked(host, Form.PREFIXES, files) is Verdict.MAYBE
    assert b"blog.shop.example CNAME rpz-passthru." in files[Form.RPZ]
    assert b"\n@@||blog.shop.example^\n" in files[Form.ADGUARD]
    assert b"0.0.0.0 shop.example\n" in files[Form.HOSTS]
    assert b"blog" not in files[Form.HOSTS]
    assert b"www" not in files[Form.HOSTS], "the form would name www of its own accord"


def test_what_is_listed_below_a_delisted_address_is_withheld_again_as_deep_as_the_form_can_say() -> None:
    levels = ["e.example", "d.e.example", "c.d.e.example", "b.c.d.e.example", "a.b.c.d.e.example"]
    files = made(levels[::2], delisted=levels[1::2])
    for form in (Form.RPZ, Form.KEYED):
        assert [checked(host, form, files) is BLOCKED for host in levels] == [True, False, True, False, True]
    assert [by_adguard(host, files[Form.ADGUARD]) for host in levels] == [True, False, True, False, False]
    assert [checked(host, Form.ADGUARD, files) is BLOCKED for host in levels] == [True, False, True, False, False]


def test_a_name_between_two_listed_ones_is_withheld_too() -> None:
    """A wildcard does not reach below a name that exists because something stands below it."""
    zone = made({"shop.example", "a.b.shop.example"})[Form.RPZ]
    for host in ("b.shop.example", "x.b.shop.example", "x.a.b.shop.example", "x.shop.example"):
        assert by_zone(host, zone)


def test_an_exception_gives_no_address_away_and_nobody_sees_whether_there_is_one() -> None:
    """Registered names paired with their www would give the listed one away, were an exception as long as a prefix."""
    without = made({"shop.example"})
    with_one = made({"shop.example"}, delisted={"www.shop.example"})
    for form, digits in ((Form.PREFIXES, 3), (Form.KEYED, 16)):
        for files in (without, with_one):
            body = read_feed(files[form]).body
            marked = [line for line in body if line.startswith("-")]
            assert (len(marked), {len(line) for line in marked}) == (EXCEPTION_STEP, {digits + 1})
            assert set(body) - set(marked) == {line for line in read_feed(without[form]).body if line[0] != "-"}
        assert read_feed(without[form]).body != read_feed(with_one[form]).body
    body = read_feed(with_one[Form.PREFIXES]).body
    told = sum(open_exception(f"www.other-{number}.example") in body for number in range(20_000))
    assert 40 < told < 120, "16 of 4,096: of 20,000 names about 78 fit, so that one that fits says little"


@given(st.frozensets(HOST, max_size=6))
def test_the_same_hosts_give_the_same_bytes_whatever_their_order(hosts: frozenset[str]) -> None:
    assert made(hosts) == made(sorted(hosts, reverse=True))


def test_the_open_list_takes_an_unlisted_host_for_a_listed_one_as_often_as_was_promised() -> None:
    """With 100 hosts 256 of 1,048,576 prefixes are taken: of 20,000 unlisted hosts about 5 meet one."""
    file = read_feed(made({f"shop-{number}.example" for number in range(100)})[Form.PREFIXES])
    prefixes = set(file.body)
    met = sum(open_prefix(f"other-{number}.example") in prefixes for number in range(20_000))
    assert met < 25


@pytest.mark.parametrize("count", [0, 1, 100, 128, 129, 1000])
def test_the_number_of_prefixes_hides_the_number_of_hosts(count: int) -> None:
    hosts = {f"shop-{number}.example" for number in range(count)}
    files = made(hosts)
    for form, length in ((Form.PREFIXES, 5), (Form.KEYED, 16)):
        body = [line for line in read_feed(files[form]).body if not line.startswith("-")]
        assert len(body) % STEP == 0
        assert len(body) >= 2 * len({open_prefix(one) for one in hosts})
        assert body == sorted(set(body))
        assert {len(line) for line in body} == {length}


def test_decoys_stay_from_version_to_version_so_that_only_new_prefixes_show() -> None:
    before = set(read_feed(made({"a.example"})[Form.PREFIXES]).body)
    after = set(read_feed(made({"a.example", "b.example"}, version=2)[Form.PREFIXES]).body)
    assert after - before == {open_prefix("b.example")}


def test_neither_list_of_prefixes_holds_a_host_or_a_whole_hash_of_one_or_of_the_other_files() -> None:
    files = made({"only-shop.example"})
    for form in (Form.PREFIXES, Form.KEYED):
        text = files[form].decode()
        assert "only-shop" not in text
        assert hashlib.sha256(b"only-shop.example").hexdigest()[:8] not in text
        others = [hashlib.sha256(files[one]).hexdigest() for one in Form if one is not form]
        assert not any(one in text for one in others), "whoever guesses the list could see that the guess is right"


def test_the_keyed_list_answers_only_to_its_key() -> None:
    file = read_feed(made({"shop.example"})[Form.KEYED])
    for key in (None, b"x" * 32):
        with pytest.raises(BadInputError, match="only to the key"):
            check_host("shop.example", file, lookup_key=key)
    assert keyed_prefix("shop.example", b"x" * 32) not in file.body
    assert LOOKUP.hex() not in made({"shop.example"})[Form.KEYED].decode()


def test_a_host_is_looked_up_in_every_spelling() -> None:
    files = made({"xn--wgv71a119e.example"})
    assert checked("https://WWW.日本語.Example.:443/x", Form.RPZ, files) is BLOCKED
    with pytest.raises(HostError):
        checked("hanako@mail.example", Form.RPZ, files)


@pytest.mark.parametrize("form", list(Form))
def test_each_file_stands_alone_and_any_altered_byte_shows(form: Form) -> None:
    data = made({"shop.example", "b.shop.example"}, version=7)[form]
    file = read_feed(data)
    assert (file.form, file.version, file.serial, file.previous) == (form, 7, 1_800_000_007, "none")
    assert is_signed(file, KEY)
    assert not is_signed(file, "00" * 32)
    for at in range(len(data)):
        # The other bit makes a digit's small letter a large one.
        for bit in (0x01, 0x20):
            altered = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
            assert not signed(altered), f"byte {at}"
    body, line = data[:-1].rsplit(b"\n", 1)
    sign, digits = line.rsplit(b" ", 1)
    assert not signed(body + b"\n" + sign + b" " + digits.upper() + b"\n")
    assert not signed(data[:-1])
    assert not signed(data + b"\n")
    assert not signed(data.replace(b"shop.example", b"shup.example", 1)) or form in {Form.PREFIXES, Form.KEYED}


def signed(data: bytes) -> bool:
    try:
        return is_signed(read_feed(data), KEY)
    except BadInputError:
        return False


@pytest.mark.parametrize("data", [b"", b"# soken-feed 1\n", b"\xff\xfe", b"0.0.0.0 shop.example\n" * 9])
def test_what_is_no_feed_is_refused(data: bytes) -> None:
    with pytest.raises(BadInputError, match="no whole file of a filter feed"):
        read_feed(data)


def test_each_form_has_a_name_and_a_comment_of_its_own_kind() -> None:
    assert set(FORMS) == set(Form)
    assert len({one.name for one in FORMS.values()}) == len(FORMS)


def test_a_head_that_was_cut_is_no_feed() -> None:
    data = made({"shop.example"})[Form.ADGUARD]
    file: FeedFile = read_feed(data)
    assert file.body == ("||shop.example^",)
    with pytest.raises(BadInputError):
        read_feed(data.split(b"\n", 1)[1])
