from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0003_last_seen")]

    operations: ClassVar = [
        migrations.AddField(
            "auditentry",
            "undoes",
            models.OneToOneField(
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="undone_by",
                to="accounts.auditentry",
            ),
        ),
        migrations.AddField(
            "auditentry",
            "part_of",
            models.ForeignKey(
                null=True, on_delete=models.deletion.PROTECT, related_name="parts", to="accounts.auditentry"
            ),
        ),
    ]
