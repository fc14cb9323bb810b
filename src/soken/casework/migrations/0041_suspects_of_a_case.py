"""A case has several suspects: each says who recorded them and when, and is struck by themselves.

Whoever stands in a case already was recorded with it.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from soken.casework.migrated import check_references


def take_over(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Say of each person of a case what was said of the case."""
    link, case = apps.get_model("casework", "CasePerson"), apps.get_model("casework", "ClearedCase")
    recorded = case.objects.filter(pk=models.OuterRef("case"))
    link.objects.update(
        recorded_at=models.Subquery(recorded.values("recorded_at")),
        recorded_by_id=models.Subquery(recorded.values("recorded_by")),
    )
    check_references(schema)


class Migration(migrations.Migration):
    dependencies = [("casework", "0040_birth_unknown")]

    operations = [
        migrations.AddField("caseperson", "recorded_at", models.DateTimeField(null=True, verbose_name="recorded")),
        migrations.AddField(
            "caseperson",
            "recorded_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("caseperson", "struck_at", models.DateTimeField(null=True, verbose_name="struck")),
        migrations.AddField(
            "caseperson",
            "struck_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "caseperson",
            "struck_because",
            models.TextField(blank=True, default="", verbose_name="why it was struck"),
            preserve_default=False,
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
