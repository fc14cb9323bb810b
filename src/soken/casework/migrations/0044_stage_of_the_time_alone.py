"""The school stage goes from where it stood: apart from the move, which PostgreSQL wants committed before columns go."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("casework", "0043_stage_of_the_time")]

    operations = [migrations.RemoveField("victim", "stage")]
