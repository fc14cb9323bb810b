"""Django's registration of the casework app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save, pre_migrate


class CaseworkConfig(AppConfig):
    """Operations, evidence, runs, persons, dossiers."""

    name = "soken.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the database refuse stages that no recorded step leads to, and hold every row to who looks; index what
        names begin with; give every new dossier its dates; have users of the system looked for on the lists.
        """
        from soken.access.models import User
        from soken.casework.begins import index_beginnings
        from soken.casework.priority_begun import begin_priority
        from soken.casework.protected_known import looked_for
        from soken.casework.row_policies import bind_rows, unbind_rows
        from soken.casework.stage_lock import lock_stages, unlock_stages

        pre_migrate.connect(unlock_stages, sender=self, dispatch_uid="unlock-stages")
        post_migrate.connect(lock_stages, sender=self, dispatch_uid="lock-stages")
        pre_migrate.connect(unbind_rows, sender=self, dispatch_uid="unbind-rows")
        post_migrate.connect(bind_rows, sender=self, dispatch_uid="bind-rows")
        post_migrate.connect(index_beginnings, sender=self, dispatch_uid="index-beginnings")
        post_save.connect(begin_priority, sender="casework.Dossier", dispatch_uid="begin-priority")
        User.around_save = staticmethod(looked_for)
