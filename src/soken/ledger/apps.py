"""Django's registration of the ledger app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class LedgerConfig(AppConfig):
    """The ledger's entries, keys and triggers."""

    name = "soken.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the triggers in place round migrations; record every sign-in, sign-out and failed one."""
        from soken.ledger import sign_ins
        from soken.ledger.triggers import guard_ledger, unguard_ledger

        pre_migrate.connect(unguard_ledger, sender=self, dispatch_uid="unguard-ledger")
        post_migrate.connect(guard_ledger, sender=self, dispatch_uid="guard-ledger")
        sign_ins.listen()
