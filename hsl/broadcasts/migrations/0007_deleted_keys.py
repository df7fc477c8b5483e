from typing import ClassVar

from django.db import migrations

CREATE = "CREATE TABLE hsl.deleted_keys (idempotency_key text PRIMARY KEY)"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("broadcasts", "0006_act_counts")]
    operations: ClassVar = [migrations.RunSQL(CREATE, "DROP TABLE hsl.deleted_keys")]
