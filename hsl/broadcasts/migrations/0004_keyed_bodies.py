from typing import ClassVar

from django.db import migrations

ADD = "ALTER TABLE hsl.broadcasts ADD COLUMN idempotency_body bytea"
DROP = "ALTER TABLE hsl.broadcasts DROP COLUMN idempotency_body"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("broadcasts", "0003_reading")]
    operations: ClassVar = [migrations.RunSQL(ADD, DROP)]
