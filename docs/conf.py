"""How the pages are made into a site (`./soken docs --out FOLDER`): strict, and with nothing fetched from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer

import soken
from soken.commands.options import options_page

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Soken"
author = "the Soken project"
version = release = soken.__version__
extensions = ["myst_parser"]
root_doc = "index"
exclude_patterns = ["examples/**", "_templates/**"]
nitpicky = True

# Links to a heading are checked down to this level.
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"Soken {release}"
html_show_sphinx = False
html_copy_source = False
html_last_updated_fmt = None
html_use_index = False
# Its page.html is the theme's with another footer: the site leads nowhere outside but where a page says so.
templates_path = ["_templates"]


def setup(app: Sphinx) -> None:
    """Add what Sphinx has no notion of: lists as examples, and the page of all options."""
    app.add_lexer("csv", TextLexer)
    app.connect("source-read", _written)


def _written(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Write out the page of all commands and options: it is made from the commands themselves."""
    if docname == "reference/options":
        source[0] += options_page()
