"""``soken docs``: the documentation as a site of plain files, to be read without a network."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import Annotated

import typer

import soken
from soken.commands.language import gettext as _
from soken.core.errors import BadInputError, EnvironmentProblemError, NotFoundError, RefusedError

#: Where the pages are in a clone; an installed package has none.
_PAGES = Path(soken.__file__).parents[2] / "docs"


def docs(
    out: Annotated[Path, typer.Option(help="A folder that does not exist yet.")],
) -> None:
    """Build the documentation as a site; a broken link or a missing anchor stops it."""
    if not (_PAGES / "conf.py").is_file():
        raise NotFoundError(_("The pages of the documentation are not here; build it from a clone of the repository."))
    if importlib.util.find_spec("sphinx") is None:
        raise EnvironmentProblemError(_("Sphinx, which builds the site, is not installed; start it as ./soken docs."))
    if out.exists():
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": out})
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        build_site(Path(folder) / "site", Path(folder) / "trees")
        (Path(folder) / "site").rename(out)
    typer.echo(_("Open %(page)s") % {"page": out / "index.html"})


def build_site(site: Path, trees: Path) -> None:
    """Build the site.

    Args:
        site: where it goes.
        trees: where the builder keeps what it has read.

    Raises:
        BadInputError: a link leads nowhere, or a page is wrong in another way; the builder has said which.
    """
    from sphinx.cmd.build import build_main

    strict = ["--fail-on-warning", "--keep-going", "--nitpicky", "--quiet", "--no-color"]
    if build_main(["-b", "html", "-E", "-d", str(trees), *strict, str(_PAGES), str(site)]):
        raise BadInputError(_("The site was not built: see the lines above for what is wrong in which page."))
    (site / ".buildinfo").unlink(missing_ok=True)
