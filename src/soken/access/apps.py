"""Django's registration of the access app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Users and what they may see."""

    name = "soken.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
