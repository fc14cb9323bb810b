"""The way over another service and back; there is none unless the installation's settings name one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import path
from django.views.generic import TemplateView

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.urls import URLPattern


def service_paths(entrance: Callable[[Any], Any]) -> list[URLPattern]:
    """Return the addresses that the configured services need.

    Args:
        entrance: what makes a view public.
    """
    found: list[URLPattern] = []
    if "openid_connect" in settings.SOCIALACCOUNT_PROVIDERS:
        from allauth.socialaccount.providers.openid_connect import views as oidc

        found += [
            path("sign-in/oidc/<slug:provider_id>", entrance(oidc.login), name="openid_connect_login"),
            path("sign-in/oidc/<slug:provider_id>/back", entrance(oidc.callback), name="openid_connect_callback"),
        ]
    if "saml" in settings.SOCIALACCOUNT_PROVIDERS:
        from allauth.socialaccount.providers.saml import views as saml

        base = "sign-in/saml/<slug:organization_slug>"
        found += [
            path(base, entrance(saml.login), name="saml_login"),
            path(f"{base}/back", entrance(saml.acs), name="saml_acs"),
            path(f"{base}/finish", entrance(saml.finish_acs), name="saml_finish_acs"),
            path(f"{base}/out", entrance(saml.sls), name="saml_sls"),
            path(f"{base}/metadata", entrance(saml.metadata), name="saml_metadata"),
        ]
    if found:
        cancelled, failed = (TemplateView.as_view(template_name=f"socialaccount/{name}.html")
                             for name in ("login_cancelled", "authentication_error"))  # fmt: skip
        found += [
            path("sign-in/cancelled", entrance(cancelled), name="socialaccount_login_cancelled"),
            path("sign-in/not-vouched", entrance(failed), name="socialaccount_login_error"),
        ]
    return found
