"""Django's registration of the casework app."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Operations, evidence, runs, persons."""

    name = "soken.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"
