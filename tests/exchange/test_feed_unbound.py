"""The response-policy zone in a real name server: what is listed does not exist there, all else is answered."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from soken.exchange.feed_forms import Form
from tests.exchange.feeds import made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LISTED = {"shop.example", "long-" + "a" * 55 + ".shop2.example", "xn--wgv71a119e.example"}
#: The world as the server would find it: every name under .example has an address.
WORLD = "$TTL 60\nexample. SOA localhost. nobody.invalid. 1 3600 600 86400 60\nexample. NS localhost.\n"
WORLD += "*.example. A 192.0.2.7\n*.example. AAAA 2001:db8::7\n"
CONFIG = """
server:
  interface: 127.0.0.1
  port: {port}
  chroot: ""
  username: ""
  directory: "{folder}"
  pidfile: "{folder}/pid"
  use-syslog: no
  logfile: ""
  do-daemonize: no
  num-threads: 1
  module-config: "respip iterator"
  trust-anchor-file: ""
auth-zone:
  name: "example."
  zonefile: "{folder}/world.zone"
  for-downstream: no
  for-upstream: yes
rpz:
  name: "{zone}"
  zonefile: "{folder}/soken-feed.rpz"
remote-control:
  control-enable: no
"""


def _program() -> str:
    """Where Unbound is; loudly skipped, or failed where everything is required, when it is nowhere."""
    found = shutil.which("unbound", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        reason = "NO UNBOUND FOUND: the response-policy zone was not tried in a real name server"
        if os.environ.get("SOKEN_REQUIRE_ALL") == "1":
            pytest.fail(f"SOKEN_REQUIRE_ALL=1, and {reason}; install it (Debian, Ubuntu: apt install unbound).")
        pytest.skip(reason)
    return found


@contextmanager
def name_server(folder: Path, zone: bytes, name: str = "feed.soken.invalid") -> Iterator[int]:
    """Start a name server of our own that follows a zone; give its port; stop it."""
    program = _program()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir()
    (folder / "soken-feed.rpz").write_bytes(zone)
    (folder / "world.zone").write_text(WORLD)
    (folder / "unbound.conf").write_text(CONFIG.format(port=port, folder=folder, zone=name))
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, "-d", "-c", folder / "unbound.conf"], stdout=log, stderr=log)
    try:
        _wait(server, port, folder)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    for _turn in range(300):
        assert server.poll() is None, (folder / "log").read_text()
        try:
            ask("open.example", port, timeout=0.2)
        except dns.exception.Timeout:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((folder / "log").read_text())


def ask(name: str, port: int, kind: dns.rdatatype.RdataType = dns.rdatatype.A, timeout: float = 10) -> str:
    """What the server says of a name: its addresses, or why there are none."""
    answer = dns.query.udp(dns.message.make_query(name, kind), "127.0.0.1", port=port, timeout=timeout)
    if answer.rcode() != dns.rcode.NOERROR:
        return dns.rcode.to_text(answer.rcode())
    return " ".join(item.to_text() for one in answer.answer for item in one)


def test_a_listed_name_and_all_below_it_do_not_exist_and_all_others_are_answered(tmp_path: Path) -> None:
    with name_server(tmp_path / "one", made(LISTED)[Form.RPZ]) as port:
        for host in LISTED:
            for name in (host, host.upper(), f"www.{host}", f"a.b.c.{host}"):
                assert ask(name, port) == "NXDOMAIN", name
                assert ask(name, port, dns.rdatatype.AAAA) == "NXDOMAIN", name
        for name in ("open.example", "othershop.example", "shop.example.open.example", "shop2.example"):
            assert ask(name, port) == "192.0.2.7", name
            assert ask(name, port, dns.rdatatype.AAAA) == "2001:db8::7", name


def test_a_delisted_name_is_answered_again_from_the_next_version_on(tmp_path: Path) -> None:
    first, second = made(LISTED)[Form.RPZ], made(LISTED - {"shop.example"}, version=2)[Form.RPZ]
    with name_server(tmp_path / "one", first) as port:
        assert ask("shop.example", port) == ask("www.shop.example", port) == "NXDOMAIN"
    # Under another name of the zone: it is the provider's to choose.
    with name_server(tmp_path / "two", second, "rpz.provider.invalid") as port:
        assert ask("shop.example", port) == ask("www.shop.example", port) == "192.0.2.7"
        assert ask("xn--wgv71a119e.example", port) == "NXDOMAIN"


def test_an_empty_feed_withholds_nothing(tmp_path: Path) -> None:
    with name_server(tmp_path / "one", made(())[Form.RPZ]) as port:
        assert ask("shop.example", port) == "192.0.2.7"


def test_a_delisted_name_is_answered_where_the_domain_above_it_stays_listed(tmp_path: Path) -> None:
    zone = made({"shop.example", "cart.blog.shop.example"}, delisted={"blog.shop.example", "www.shop.example"})
    with name_server(tmp_path / "one", zone[Form.RPZ]) as port:
        for name in ("blog.shop.example", "BLOG.shop.example", "a.b.blog.shop.example", "www.shop.example"):
            assert ask(name, port) == "192.0.2.7", name
            assert ask(name, port, dns.rdatatype.AAAA) == "2001:db8::7", name
        for name in ("shop.example", "x.shop.example", "cart.blog.shop.example", "x.cart.blog.shop.example"):
            assert ask(name, port) == "NXDOMAIN", name


def test_the_names_between_two_that_are_listed_are_withheld(tmp_path: Path) -> None:
    zone = made({"shop.example", "a.b.c.shop.example"}, delisted={"x.y.shop.example"})
    with name_server(tmp_path / "one", zone[Form.RPZ]) as port:
        for name in ("c.shop.example", "b.c.shop.example", "z.b.c.shop.example", "y.shop.example", "z.y.shop.example"):
            assert ask(name, port) == "NXDOMAIN", name
        assert ask("x.y.shop.example", port) == "192.0.2.7"
