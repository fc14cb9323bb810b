"""Who is erased from a dump is erased where the row is, whatever letters stand before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.actions.carry_out_erasure import carry_out_erasure
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.review_retention import propose_retention, settle_retention
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Person
from soken.casework.selectors.traces import traces_of
from soken.core.progress import silent
from soken.intake import Acquisition
from tests.casework.dossiers import make_room

if TYPE_CHECKING:
    from pathlib import Path

    from soken.core.home import Home

NAME, MAIL = "御手洗 薫子", "kaoruko.mitarai@mail.example"
DUMP = f"""/*!40101 SET NAMES ujis */;
CREATE TABLE `customers` (`id` int, `name` text, `email` text, `memo` text, PRIMARY KEY (`id`));
INSERT INTO `customers` VALUES
(1,'佐藤 一男','kazuo@mail.example','@@'),
(2,'鈴木 花子','hanako@mail.example','x'),
(3,'高橋 次郎','jiro@mail.example','x'),
(4,'山本 三郎','saburo@mail.example','x'),
(5,'{NAME}','{MAIL}','x');
UNLOCK TABLES;
-- Dump completed on 2026-01-01
"""


@pytest.mark.django_db
@pytest.mark.usefixtures("now")
@pytest.mark.parametrize("letters", [b"", b"\xf9\xac" * 16, b"\xf9\xac" * 34, b"\x8f\xa2\xb7" * 34])
def test_letters_that_python_writes_in_other_bytes_move_nobody(
    letters: bytes, home: Home, settings: Any, tmp_path: Path
) -> None:
    """EUC-JP as makers write it; 34 such letters once moved the masked bytes past the row, and the person stayed."""
    settings.HOME = home
    room, path = make_room("egret"), tmp_path / "shop.sql"
    path.write_bytes(DUMP.encode("euc_jp").replace(b"@@", letters))
    take_in_evidence(room.operation, path, home=home, acquisition=Acquisition(), actor="tester", progress=silent())
    path.unlink()
    resolve_operation(room.operation, home=home, progress=silent())
    code = Person.objects.get(operation=room.operation, name=NAME).code
    made = propose_retention(room.operation, code, by=room.reviewer, choice="erase", ground="unlawful")
    settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)
    carry_out_erasure(room.operation, made.pk, by=room.reviewer, home=home)
    assert traces_of([NAME, MAIL], home).places == []
