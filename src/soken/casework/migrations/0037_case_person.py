"""Age and occupation belong to a person in a case, codes of children to an operation; vintages say when they were made.

What stood with the person is taken over into each of their cases. A child belongs to the operation of the first case:
where cases of two operations have named one code, whoever recorded them was told that it means the same child.
"""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from soken.casework.migrated import check_references

_AT_ONCE = 1000


def take_over(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Write a row for each person of each case, and give each child its operation."""
    link = apps.get_model("casework", "CasePerson")
    case: Any = apps.get_model("casework", "ClearedCase")
    between = case.persons.through.objects.values_list(
        "clearedcase_id", "clearedperson_id", "clearedperson__age", "clearedperson__occupation"
    )
    link.objects.bulk_create(
        (
            link(case_id=one, person_id=person, age=age, occupation=occupation)
            for one, person, age, occupation in between.order_by("pk").iterator(_AT_ONCE)
        ),
        batch_size=_AT_ONCE,
    )
    victim, suffering = apps.get_model("casework", "Victim"), apps.get_model("casework", "CaseVictim")
    first = models.Subquery(
        suffering.objects.filter(victim=models.OuterRef("pk")).order_by("case_id").values("case__operation_id")[:1]
    )
    victim.objects.update(operation_id=first)
    # A child whom no case names any longer counts nowhere.
    victim.objects.filter(operation__isnull=True).delete()
    check_references(schema)


class Migration(migrations.Migration):
    dependencies = [("casework", "0036_sharing_persons")]

    operations = [
        migrations.CreateModel(
            name="CasePerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("age", models.PositiveSmallIntegerField(null=True, verbose_name="age")),
                (
                    "occupation",
                    models.CharField(help_text="code of soken.report.codes", max_length=30, verbose_name="occupation"),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clearings",
                        to="casework.clearedcase",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clearings",
                        to="casework.clearedperson",
                    ),
                ),
            ],
            options={
                "verbose_name": "cleared person of a case",
                "verbose_name_plural": "cleared persons of a case",
                "constraints": [models.UniqueConstraint(fields=("case", "person"), name="person_once_in_a_case")],
            },
        ),
        migrations.AddField(
            model_name="victim",
            name="operation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.operation"
            ),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
