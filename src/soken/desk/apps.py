"""Django's registration of the desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages, templates, static files, translations."""

    name = "soken.desk"
    label = "desk"
