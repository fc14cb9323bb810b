"""Give dossiers that were opened before priority was kept their dates: as for the most urgent, unknown is not low."""

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_AT_ONCE = 1000


def begin(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Enter a row for every dossier without one (targets of the most urgent band on 2026-11-23: 1 and 3 days)."""
    dossier, priority = apps.get_model("casework", "Dossier"), apps.get_model("casework", "Priority")
    missing = dossier.objects.filter(priority__isnull=True).only("pk", "operation_id", "received_on")
    priority.objects.bulk_create(
        (
            priority(
                dossier_id=one.pk,
                operation_id=one.operation_id,
                due_on=one.received_on + timedelta(days=1),
                alarm_on=one.received_on + timedelta(days=3),
            )
            for one in missing.iterator(_AT_ONCE)
        ),
        batch_size=_AT_ONCE,
    )


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_priority")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
