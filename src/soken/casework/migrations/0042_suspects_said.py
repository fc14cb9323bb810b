"""Everybody in a case says who recorded them: apart from the move, which PostgreSQL wants committed before."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0041_suspects_of_a_case")]

    operations = [
        migrations.AlterField("caseperson", "recorded_at", models.DateTimeField(verbose_name="recorded")),
        migrations.AlterField(
            "caseperson",
            "recorded_by",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RemoveConstraint("caseperson", "person_once_in_a_case"),
        migrations.AddConstraint(
            "caseperson",
            models.UniqueConstraint(
                condition=models.Q(("struck_at__isnull", True)),
                fields=("case", "person"),
                name="person_once_in_a_case",
            ),
        ),
        migrations.AddConstraint(
            "caseperson",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("struck_at__isnull", True), ("struck_because", "")),
                    models.Q(("struck_at__isnull", False), models.Q(("struck_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="case_person_struck_says_why",
            ),
        ),
    ]
