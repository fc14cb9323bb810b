"""The filter feed's files: what filters of each kind make of them, and what they do not give away."""

from __future__ import annotations

import hashlib

import dns.name
import dns.rdatatype
import dns.zone
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.core.hosts import HostError, is_within
from soken.exchange.feed_forms import FORMS, Form
from soken.exchange.feed_prefixes import STEP, keyed_prefix, open_prefix
from soken.exchange.feed_read import FeedFile, Verdict, check_host, is_signed, read_feed
from tests.exchange.feeds import KEY, KEYS, made

LABEL = st.text("abc", min_size=1, max_size=2)
HOST = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
LOOKUP = KEYS.secrets.lookup
BLOCKED = Verdict.LISTED


def checked(host: str, form: Form, files: dict[Form, bytes]) -> Verdict:
    return check_host(host, read_feed(files[form]), lookup_key=LOOKUP)


def by_zone(host: str, data: bytes) -> bool:
    """As a name server takes a response-policy zone: the name itself, else the nearest wildcard above it."""
    zone = dns.zone.from_text(data.decode(), origin="any.name.invalid.")
    names = [dns.name.from_text(host, origin=None)]
    while len(names[-1]) > 1:
        names.append(names[-1].parent())
    star = dns.name.from_text("*", origin=None)
    for asked in [names[0], *(star + one for one in names[1:])]:
        found = zone.get_rdataset(asked, dns.rdatatype.CNAME)
        if found is not None:
            return found[0].target == dns.name.root
    return False


def by_hosts_file(host: str, data: bytes) -> bool:
    """As the resolver library reads a hosts file: a line's first word is the address, the others are names."""
    lines = (line.split("#")[0].split() for line in data.decode().splitlines())
    known = {(name, words[0]) for words in lines if words for name in words[1:]}
    return {(host, "0.0.0.0"), (host, "::")} <= known  # noqa: S104 (no socket)


def by_adguard(host: str, data: bytes) -> bool:
    """As AdGuard's DNS rules go: ``!`` begins a comment, ``||name^`` is a name and all below it."""
    rules = [line for line in data.decode().splitlines() if not line.startswith("!")]
    assert all(rule.startswith("||") and rule.endswith("^") for rule in rules)
    return any(host == rule[2:-1] or host.endswith("." + rule[2:-1]) for rule in rules)


@settings(max_examples=60)
@given(st.frozensets(HOST, max_size=6), st.lists(HOST, max_size=8))
def test_every_listed_host_and_all_below_it_is_withheld_by_each_form_and_no_other_is(
    hosts: frozenset[str], others: list[str]
) -> None:
    files = made(hosts)
    for host in [*hosts, *(f"x.{host}" for host in hosts), *(f"y.x.{host}" for host in hosts), *others]:
        wanted = any(is_within(host, one) for one in hosts)
        assert by_zone(host, files[Form.RPZ]) is wanted
        assert by_adguard(host, files[Form.ADGUARD]) is wanted
        named = any(host in {one, f"www.{one}"} for one in hosts)
        assert by_hosts_file(host, files[Form.HOSTS]) is (named if not host.startswith("www.") else wanted)
        assert (checked(host, Form.KEYED, files) is BLOCKED) is wanted
        assert (checked(host, Form.RPZ, files) is BLOCKED) is wanted
        assert (checked(host, Form.ADGUARD, files) is BLOCKED) is wanted
        assert (checked(host, Form.HOSTS, files) is BLOCKED) is named
        maybe = checked(host, Form.PREFIXES, files)
        assert maybe is not BLOCKED, "a prefix that hundreds of names share proves nothing"
        if wanted:
            assert maybe is Verdict.MAYBE


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
        body = read_feed(files[form]).body
        assert len(body) % STEP == 0
        assert len(body) >= 2 * len({open_prefix(one) for one in hosts})
        assert list(body) == sorted(set(body))
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
