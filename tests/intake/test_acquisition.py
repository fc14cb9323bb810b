"""What is said about a seizure: moments that can be, in an order that can be; ages run from the receipt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine

from soken.core.errors import BadInputError
from soken.core.home import Home, open_home
from soken.intake import Acquisition, custody, read_manifest, received_moment, seal
from soken.intake.acquisition import check_acquisition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-05-10T09:30:00+09:00", datetime(2026, 5, 10, 0, 30, tzinfo=UTC)),
        ("2026-05-10T00:30:00Z", datetime(2026, 5, 10, 0, 30, tzinfo=UTC)),
        ("2026-05-10T09:30", datetime(2026, 5, 10, 0, 30, tzinfo=UTC)),
        (" 2026-05-10 ", datetime(2026, 5, 9, 15, 0, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 28, 15, 0, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_a_receipt_is_a_moment_or_a_day_in_japan(said: str | None, moment: datetime | None) -> None:
    assert received_moment(Acquisition(received_at=said)) == moment


@pytest.mark.parametrize("said", ["yesterday", "10.5.2026", "2026-13-01", "2023-02-29", "平成29年5月10日"])
@pytest.mark.parametrize("name", ["seized_at", "received_at"])
def test_what_is_no_moment_is_refused_with_the_way_to_write_it(name: str, said: str) -> None:
    with pytest.raises(BadInputError, match="2026-05-10T09:30:00"):
        check_acquisition(Acquisition(**{name: said}))


@pytest.mark.parametrize("name", ["seized_at", "received_at"])
def test_the_future_is_refused(name: str) -> None:
    with pytest.raises(BadInputError, match="future"):
        check_acquisition(Acquisition(**{name: "2026-11-20T12:00:01+09:00"}))


@pytest.mark.parametrize(
    "said",
    ["0001-01-01T00:00:00+09:00", "0001-01-01T00:00:00+14:00", "0202-05-10", "1800-01-01", "1999-10-31T23:59:59+09:00"],
)
@pytest.mark.parametrize("name", ["seized_at", "received_at"])
def test_what_lies_before_the_act_was_in_force_is_refused_and_nothing_is_sealed(
    name: str, said: str, home: Home, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_bytes("氏名\n佐藤 花子\n".encode())
    with pytest.raises(BadInputError, match="before 1999-11-01") as refused:
        seal(home, tmp_path / "list.csv", Acquisition(**{name: said}), actor="analyst")
    assert "\n" not in refused.value.message
    assert list(home.evidence.iterdir()) == []


def test_the_day_on_which_the_act_came_into_force_can_be() -> None:
    check_acquisition(Acquisition(seized_at="1999-11-01", received_at="1999-11-01T00:00:00+09:00"))


def test_nothing_is_received_before_it_is_seized(home: Home, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("氏名\n佐藤 花子\n".encode())
    said = Acquisition(seized_at="2026-05-10", received_at="2026-05-09")
    with pytest.raises(BadInputError, match="before it was seized"):
        seal(home, tmp_path / "list.csv", said, actor="analyst")
    assert list(home.evidence.iterdir()) == []


def test_custody_and_manifest_say_when_it_was_received(home: Home, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("氏名\n佐藤 花子\n".encode())
    said = Acquisition(received_at="2026-05-12T10:00:00+09:00")
    item = seal(home, tmp_path / "list.csv", said, actor="analyst")
    assert read_manifest(home, item.evidence_id).acquisition.received_at == said.received_at
    assert [(one.act, one.at) for one in custody(home, item.evidence_id)] == [
        ("received", "2026-05-12T10:00:00+09:00"),
        ("sealed", "2026-11-20T03:00:00+00:00"),
    ]
    assert "received_at" not in Acquisition().missing, "when it was taken in is known without anybody saying so"
