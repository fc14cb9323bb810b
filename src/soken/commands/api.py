"""``soken api``: what can be asked over HTTP, as a page of the reference or as OpenAPI."""

from __future__ import annotations

from typing import Annotated

import typer

from soken.commands.output import print_json
from soken.commands.started import started


def api(
    answers: Annotated[bool, typer.Option("--answers", help="Print what answers look like.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the OpenAPI description.")] = False,
) -> None:
    """Print what can be asked over HTTP, or how it is answered."""
    started()
    from soken.api.reference import reference, reference_of_answers
    from soken.api.service import description

    if as_json:
        print_json(description())
    else:
        typer.echo((reference_of_answers if answers else reference)(description()), nl=False)
