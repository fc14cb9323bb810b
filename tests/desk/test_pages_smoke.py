import pytest
from django.test import Client

from tests.desk.factory import ALONE, TAKAHASHI, make_world


@pytest.mark.django_db
def test_pages():
    w = make_world()
    c = Client()
    c.force_login(w.users["analyst"])
    e = w.item.evidence_id
    for lang in ("en", "ja"):
        c.cookies["django_language"] = lang
        for p in [
            "/operations",
            "/operations/kingfisher",
            "/operations/kingfisher/persons",
            f"/operations/kingfisher/persons/{TAKAHASHI}",
            f"/operations/kingfisher/persons/{ALONE}",
            f"/operations/kingfisher/evidence/{e}",
            f"/operations/kingfisher/evidence/{e}/mapping",
            f"/operations/kingfisher/evidence/{e}/set-aside",
            *[f"/operations/kingfisher/evidence/{e}/rows/{n}" for n in range(1, 7)],
        ]:
            r = c.get(p)
            assert r.status_code == 200, (p, r.content.decode()[-600:])
    assert c.get("/operations/nope").status_code == 404
    assert c.get("/healthz").status_code == 200
