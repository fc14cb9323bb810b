"""Write nodes to a file as they come, one a line: a million persons take no more memory than one."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from soken.core.errors import BadInputError
from soken.exchange.case.terms import CONTEXT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from soken.exchange.case.terms import Node


def write_case(nodes: Iterable[Node], out: Path) -> int:
    """Write nodes to ``out`` as JSON-LD, whole or not at all; return how many there are.

    Raises:
        BadInputError: the file cannot be written.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write('{"@context": ' + json.dumps(dict(CONTEXT)) + ',\n"@graph": [')
            count = 0
            for count, node in enumerate(nodes, start=1):
                stream.write(("\n" if count == 1 else ",\n") + json.dumps(node, ensure_ascii=False))
            stream.write("\n]}\n")
        part.replace(out)
    except OSError as problem:
        raise BadInputError(f"{out} cannot be written: {problem.strerror}; choose another place.") from problem
    finally:
        part.unlink(missing_ok=True)
    return count
