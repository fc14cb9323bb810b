"""A profile file with a slip is refused in one sentence that names the key; it never ends in a stack trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.intake.profile import profile_named, profiles
from soken.intake.profile_shape import check_shape

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'name = "p"\nsystem = "s"\nversions = "1"\nsource = "x"\n'
TABLE = HEAD + '[[table]]\nname = "a"\n'
SLIPS = {
    'name = 5\nsystem = "s"\nversions = "1"\nsource = "x"\n[[table]]\nname = "a"\n': "name must be a text",
    HEAD + 'table = "x"\n': "table must be tables",
    HEAD + '[table]\nname = "a"\n': "table must be tables",
    TABLE + 'fields = "x"\n': "table 'a'.fields must be",
    TABLE + "[table.fields]\nemail = 5\n": "table 'a'.fields.email must be a heading",
    TABLE + '[table.fields]\nemail = {columns = "a"}\n': "table 'a'.fields.email.columns must be a list",
    TABLE + '[table.fields]\nemail = {columns = ["a"], when = 5}\n': "table 'a'.fields.email.when must be",
    TABLE + 'requires = "abc"\n': "table 'a'.requires must be a list",
    TABLE + 'only = {a = "b"}\n': "table 'a'.only.a must be a list",
    TABLE + "blank = {email = 5}\n": "table 'a'.blank.email must be a list",
    TABLE + 'pivot = {name = "x"}\n': "table 'a'.pivot needs 'value'",
    TABLE + 'owner = {table = "a"}\n': "table 'a'.owner needs 'column'",
    TABLE + 'owner = "x"\n': "table 'a'.owner must be",
    TABLE + "match = 5\n": "table 'a'.match must be a regular expression",
    TABLE + 'match = "("\n': "table 'a'.match must be a regular expression",
    TABLE + 'kind = "people"\n': "kind must be one of identity, attached, other",
    TABLE + 'lends = "no"\n': "table 'a'.lends must be true or false",
    TABLE + '[lookup]\nx = "y"\n': "lookup.x must be a table",
    TABLE + '[lookup.x]\ntable = "("\n': "lookup.x.table must be a regular expression",
    TABLE + "[lookup.x]\nvalues = {a = 5}\n": "lookup.x.values.a must be a text",
}


@pytest.mark.parametrize(("text", "says"), SLIPS.items(), ids=SLIPS.values())
def test_a_slip_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        profile_named(str(path))
    assert says in caught.value.message
    assert "\n" not in caught.value.message


VALUES = st.recursive(
    st.one_of(st.text("a(", max_size=2), st.integers(0, 1), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(
                ["name", "fields", "email", "columns", "table", "column", "pivot", "value", "owner", "when"]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)
KEYS = ["name", "match", "requires", "fields", "key", "owner", "borrows", "pivot", "only", "blank", "lends", "default"]


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_table_is_right_or_refused(tmp_path_factory: Any, table: dict[str, Any]) -> None:
    from soken.intake import profile

    path = tmp_path_factory.getbasetemp() / "mine.toml"
    try:
        check_shape(path, {"name": "p", "system": "s", "versions": "1", "source": "x", "table": [table]})
        profile._table(path, table)  # what a whole file goes through; a file a case would be slow
    except BadInputError as refused:
        assert "\n" not in refused.message  # noqa: PT017 (both outcomes are right; only another error is wrong)


def test_the_profiles_that_ship_are_of_this_shape() -> None:
    assert len(profiles()) >= 14
