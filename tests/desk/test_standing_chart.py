"""Ages against targets are drawn as well, with the figures in words (R13, R24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.actions.open_dossier import open_dossier
from tests.desk.factory import TAKAHASHI, World

if TYPE_CHECKING:
    from django.test import Client


def test_ages_are_drawn_by_band_with_what_is_late(world: World, desk: Client) -> None:
    page = f"/operations/{world.operation.slug}/standing"
    assert b"<svg" not in desk.get(page).content, "nobody is in work: nothing to draw"
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    drawn = desk.get(page, headers={"accept-language": "en"}).content.decode()
    assert "Past the target, by band" in drawn
    assert "/ 1 past the target" in drawn
