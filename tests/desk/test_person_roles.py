"""Whom a person's rows name besides: counted where the rows are, and read with the page's rows, it is the same."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soken.casework.selectors import store
from soken.casework.selectors.person import _ROLES, _SHOWN, ROWS, _cells, _roles, _roles_in, person_file
from tests.desk.factory import TAKAHASHI, World

_COLUMNS = sum(_ROLES.values(), ())
_SAID = st.dictionaries(
    st.sampled_from(["ship_full_name", "ship_phone", "ship_address", "payer_name"]),
    st.sampled_from(["山本 葵", "母", ""]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_SAID, min_size=1, max_size=12))
def test_many_rows_name_the_same_others_as_few(world: World, rows: list[dict[str, str]]) -> None:
    assert world.run is not None
    path = store.reading_folder(world.item, world.run) / "rows.parquet"
    kept = pq.read_table(path)
    numbers = range(1, len(rows) + 1)
    columns = {
        name: pa.array([row.get(name) for row in rows], pa.string()) for name in kept.column_names if name != "row"
    }
    pq.write_table(pa.table({"row": pa.array(numbers, pa.int64()), **columns}), path)
    held = [{"evidence": world.item.evidence_id, "row": number} for number in numbers]
    try:
        one = _roles_in(_cells([world.item], world.run, held, (*_SHOWN, *_COLUMNS)))
        assert one == _roles([world.item], world.run, held)
    finally:
        pq.write_table(kept, path)


def test_whoever_was_to_receive_a_parcel_is_named_with_the_row_that_says_so(world: World) -> None:
    assert world.run is not None
    person = world.operation.persons.get(code=TAKAHASHI)
    file = person_file(world.operation, [world.item], world.run, person)
    assert [(one.group, one.texts, one.rows, one.row) for one in file.roles] == [("addressee", ("山本 葵",), 1, 2)]
    assert [set(row) for row in file.rows] == [{*_SHOWN, "evidence", "record"}] * 3
    assert file.row_count == 3 < ROWS
