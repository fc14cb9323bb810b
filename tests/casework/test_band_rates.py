"""Bands by group: whether what is asked amounts to where somebody lives all the same (R16)."""

from __future__ import annotations

import pytest

from soken.casework.actions.assess import assess
from soken.casework.actions.override_band import override_band
from soken.casework.models import Dossier
from soken.casework.selectors.band_rates import FEW, Grouping, band_rates
from soken.prioritise.instrument_file import default_instrument
from tests.casework.dossiers import Room, make_dossier, make_room
from tests.desk.reading import signed_in

pytestmark = pytest.mark.django_db
CLEAN = {
    code: next(one.code for one in factor.answers.values() if not one.points)
    for code, factor in default_instrument().factors.items()
}


def made(room: Room, force: str, prefecture: str, *, high: bool) -> Dossier:
    dossier = make_dossier(room, force=force)
    Dossier.objects.filter(pk=dossier.pk).update(prefecture=prefecture)
    assess(dossier, by=room.analyst, answers={**CLEAN, "access-work": "regular"} if high else CLEAN)
    return dossier


def test_each_group_is_counted_with_its_shares_and_what_people_changed(room: Room) -> None:
    for _person in range(FEW):
        made(room, "tokyo", "13", high=True)
    low = made(room, "osaka", "13", high=False)
    made(room, "osaka", "27", high=True)
    override_band(low, by=room.analyst, band="high", reason="学校からの相談")
    make_dossier(room, force="")
    made(make_room("osprey"), "tokyo", "13", high=True)
    tokyo, osaka, nobody = band_rates(room.operation, Grouping.FORCE)
    assert (tokyo.group, tokyo.assessed, tokyo.share("very-high"), tokyo.few) == ("tokyo", FEW, 1.0, False)
    assert (osaka.share("very-high"), osaka.share("high"), osaka.raised, osaka.few) == (0.5, 0.5, 1, True)
    assert (nobody.group, nobody.assessed, nobody.share("low"), dict(nobody.bands)) == ("", 0, 0.0, {"": 1})
    by_place = {one.group: one.assessed for one in band_rates(room.operation, Grouping.PREFECTURE)}
    assert by_place == {"13": FEW + 1, "27": 1}


@pytest.mark.parametrize(("language", "says"), [("en", "Bands by group"), ("ja", "集団別の区分")])
def test_the_page_shows_them(language: str, says: str, room: Room) -> None:
    made(room, "osaka", "27", high=True)
    client = signed_in(room.analyst)
    client.cookies["django_language"] = language
    page = client.get("/operations/heron/priority/rates").content.decode()
    assert says in page
    assert "100.0%" in page
    assert says in client.get("/operations/heron/priority").content.decode()
