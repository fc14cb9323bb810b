"""Django's registration of the casework app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save, pre_migrate


class CaseworkConfig(AppConfig):
    """Operations, evidence, runs, persons, dossiers."""

    name = "soken.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the database refuse stages that no recorded step leads to; give every new dossier its dates."""
        from soken.casework.priority_begun import begin_priority
        from soken.casework.stage_lock import lock_stages, unlock_stages

        pre_migrate.connect(unlock_stages, sender=self, dispatch_uid="unlock-stages")
        post_migrate.connect(lock_stages, sender=self, dispatch_uid="lock-stages")
        post_save.connect(begin_priority, sender="casework.Dossier", dispatch_uid="begin-priority")
