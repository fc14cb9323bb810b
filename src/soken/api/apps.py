"""Django's registration of the API app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Tokens, and what is read with them."""

    name = "soken.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
