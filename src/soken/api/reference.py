"""The reference of the API for people, made from its description: the same text for the documents and for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEAD: Final = """# The API

Made from the OpenAPI description by `soken api`; a test compares it with the program. The description itself is
published at `/api/openapi.json`, and this page as `/api/docs` on every desk. How to ask: [how-to](../how-to/api.md).

Every question is a `GET` with `Authorization: Bearer TOKEN`. What needs which right stands in
[Who may what](permissions.md). Addresses that name a person want the header `Soken-Reason` too. What answers look like:
[answers of the API](api-answers.md).

"""
_HEAD_OF_ANSWERS: Final = """# Answers of the API

Made from the OpenAPI description by `soken api --answers`; a test compares it with the program. What is asked:
[the API](api.md). Whatever cannot be answered is a `Problem`, with a status that says the same.

| answer | field | what |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question or of an answer.

    Attributes:
        name: its name.
        kind: what it is, in few words: "text", "list of PersonLine", "number or nothing".
        about: what it means; '' where its name says it.
        place: of a question: path, query or header.
        required: whether a question must have it.
        default: what it is where a question leaves it out; None for nothing.
    """

    name: str
    kind: str
    about: str = ""
    place: str = ""
    required: bool = False
    default: object = None


@dataclass(frozen=True, slots=True)
class Question:
    """Something that can be asked.

    Attributes:
        path: its address.
        summary, about: what it gives.
        parts: what it takes.
        needs: act that the token and the role must permit.
        answer: name of the shape of the answer.
    """

    path: str
    summary: str
    about: str
    parts: tuple[Part, ...]
    needs: str
    answer: str


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of an answer, or of a part of one.

    Attributes:
        name, about: what it is.
        parts: its fields.
    """

    name: str
    about: str
    parts: tuple[Part, ...]


def questions(described: Mapping[str, Any]) -> list[Question]:
    """Return what can be asked, in the order of the description."""
    return [_question(path, said["get"]) for path, said in described["paths"].items()]


def shapes(described: Mapping[str, Any]) -> list[Shape]:
    """Return the shapes of answers, by name."""
    return [
        Shape(name, said.get("description", ""), tuple(_field(*one) for one in said.get("properties", {}).items()))
        for name, said in sorted(described["components"]["schemas"].items())
        if "properties" in said
    ]


def reference(described: Mapping[str, Any]) -> str:
    """Return what can be asked, as Markdown."""
    return _HEAD + "\n".join(_asked(described))


def reference_of_answers(described: Mapping[str, Any]) -> str:
    """Return what answers look like, as Markdown."""
    return _HEAD_OF_ANSWERS + "\n".join(_answered(described)) + "\n"


def _asked(described: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of what can be asked."""
    for one in questions(described):
        yield from (f"## `GET {one.path}`", "", f"**{one.summary}.** {one.about}", "")
        yield f"Needs `{one.needs}`. Answer: `{one.answer}`."
        if one.parts:
            yield from ("", "| name | in | what |", "|---|---|---|")
        for part in one.parts:
            needed = ", needed" if part.required and part.place != "path" else ""
            default = f", else {part.default}" if part.default not in {None, ""} else ""
            yield f"| `{part.name}` | {part.place} | {_cell(part.kind, part.about)}{needed}{default} |"
        yield ""


def _answered(described: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the table of answers: each shape, and below it its fields."""
    for one in shapes(described):
        yield f"| **`{one.name}`** | | {one.about} |"
        yield from (f"| | `{part.name}` | {_cell(part.kind, part.about)} |" for part in one.parts)


def _cell(kind: str, about: str) -> str:
    """Return what a part is, and what it means, for a cell of a table."""
    return f"{kind}: {about}" if about else kind


def _question(path: str, said: Mapping[str, Any]) -> Question:
    """Return one question of the description."""
    answer = said["responses"]["200" if "200" in said["responses"] else 200]["content"]["application/json"]["schema"]
    parts = tuple(
        Part(
            one["name"], _kind(one["schema"]), one.get("description", ""), one["in"], bool(one.get("required")),
            one["schema"].get("default"),
        )
        for one in said.get("parameters", ())
    )  # fmt: skip
    return Question(path, said["summary"], said.get("description", ""), parts, said["x-needs"], _kind(answer))


def _field(name: str, said: Mapping[str, Any]) -> Part:
    """Return one field of a shape."""
    return Part(name, _kind(said), said.get("description", ""))


def _kind(schema: Mapping[str, Any]) -> str:
    """Say what a value is, in few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(str(one) or "nothing" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if schema.get("type") == "object":
        held = schema.get("additionalProperties")
        return f"object of {_kind(held)}" if isinstance(held, dict) and held else "object"
    if "format" in schema:
        return _FORMATS.get(schema["format"], str(schema["format"]))
    return _TYPES.get(str(schema.get("type")), "anything")


_FORMATS: Final = {"date-time": "moment", "date": "day"}
_TYPES: Final = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no", "null": "nothing",
}  # fmt: skip
