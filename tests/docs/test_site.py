"""The documentation builds into a site, strictly, and the site asks nobody outside for anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

import pytest
from typer.testing import CliRunner

from soken.commands import docs
from soken.commands.main import app
from soken.commands.options import commands
from soken.core.errors import BadInputError
from tests.docs.pages import DOCS, pages

if TYPE_CHECKING:
    from pathlib import Path

#: Hosts that are names, not places: of a namespace, and of examples.
NAMES: Final = re.compile(r"www\.w3\.org|127\.0\.0\.1|localhost|(.+\.)?example(\.(com|org|net|jp))?")
_HOST: Final = re.compile(r"(?:https?:)?//([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_KINDS: Final = ("tutorial", "how-to", "reference", "explanation", "adr")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built by the command."""
    out = tmp_path_factory.mktemp("site") / "docs"
    done = CliRunner().invoke(app, ["docs", "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out


class Parts(HTMLParser):
    """What a page of the site loads, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of a tag."""
        for name, value in attrs:
            if name in {"src", "srcset", "href", "action", "data", "poster", "style"} and value:
                (self.links if tag == "a" and name == "href" else self.loads).append(value)


def test_each_page_of_each_kind_is_on_the_site_and_reached_from_its_front(site: Path) -> None:
    front = Parts((site / "index.html").read_text("utf-8"))
    for name in pages():
        if name.startswith(_KINDS):
            assert (site / name).with_suffix(".html").is_file()
            assert name.removesuffix(".md") + ".html" in front.links
    assert all(any(name.startswith(f"{kind}/") for name in pages()) for kind in _KINDS)


def test_every_command_and_option_stands_on_the_page_made_from_them(site: Path) -> None:
    text = re.sub(r"<[^>]+>", "", (site / "reference" / "options.html").read_text("utf-8"))
    for name, command in commands().items():
        assert f"soken {name}".strip() in text
        assert all(option in text for one in command.params for option in one.opts if option.startswith("--"))


def test_the_site_loads_nothing_from_outside_and_links_only_where_a_page_does(site: Path) -> None:
    said = set().union(*(_HOST.findall(one.text) for one in pages().values()))
    for path in site.rglob("*"):
        if path.suffix == ".html":
            parts = Parts(path.read_text("utf-8"))
            assert _outside(" ".join(parts.loads)) == set(), path
            assert _outside(" ".join(parts.links)) <= said, path
        elif path.suffix in {".css", ".js", ".svg"}:
            code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text("utf-8"), flags=re.S | re.M)
            assert _outside(code) == set(), path


def _outside(text: str) -> set[str]:
    """Return the hosts that a text names, but for names that are no places."""
    return {host for host in _HOST.findall(text) if not NAMES.fullmatch(host)}


@pytest.mark.parametrize("broken", ["[x](none.md)", "[x](other.md#none)", "![x](none.png)"])
def test_a_link_that_leads_nowhere_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text((DOCS / "conf.py").read_text("utf-8"), "utf-8")
    (source / "index.md").write_text(f"# Front\n\n{broken}\n\n```{{toctree}}\nother\n```\n", "utf-8")
    (source / "other.md").write_text("# Other\n", "utf-8")
    monkeypatch.setattr(docs, "_PAGES", source)
    with pytest.raises(BadInputError, match="not built"):
        docs.docs(tmp_path / "out")
    assert not (tmp_path / "out").exists()


#: Printed by the program, a line for each field of each answer: nobody reads it from the top.
LOOKED_UP = {"reference/api-answers.md"}


@pytest.mark.parametrize("name", sorted(pages().keys() - LOOKED_UP))
def test_no_page_is_too_long_to_be_read(name: str) -> None:
    assert len(pages()[name].text.splitlines()) <= 500
