"""Setting data as a PDF by one of our templates: the same data give the same bytes."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pylopdf_fonts_jp
import typst

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Mapping


def typeset_pdf(template: str, told: Mapping[str, Any]) -> bytes:
    """Return a PDF/A-2b.

    Args:
        template: name of a template of this package, which reads ``sys.inputs`` under the same name.
        told: what it sets, as values that JSON has.

    Raises:
        DamagedStoreError: the template makes no single PDF.
    """
    made = _compiler().compile(
        _template(template), sys_inputs={template: json.dumps(told, ensure_ascii=False)}, pdf_standards=["a-2b"]
    )
    if not isinstance(made, bytes):
        raise DamagedStoreError(f"The template {template} makes no single PDF; reinstall Soken.")
    return made


@cache
def _compiler() -> typst.Compiler:
    """Return the typesetter, with no font but the package's; fonts are loaded once a process."""
    return typst.Compiler(font_paths=[str(files(pylopdf_fonts_jp))], ignore_system_fonts=True)


@cache
def _template(name: str) -> bytes:
    return files("soken.exchange").joinpath(f"{name}.typ").read_bytes()
