"""How an import stands among the imports: noted in its own transaction, so it is written once and can be undone."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hsl.accounts.audit import Actor, record
from hsl.accounts.models import Operator
from hsl.school.importing.problems import ImportRefusedError
from hsl.school.models import Import


@dataclass(frozen=True, slots=True)
class Standing:
    """``import_id``: an import whose file was uploaded before; without one it is the command's, of ``file_name``."""

    import_id: int | None = None
    actor: Actor = None
    file_name: str = ""
    size: int = 0

    def keep(self, kind: str, result: dict[str, Any]) -> int:
        """Note that it is imported, with what it did, and put it on record; returns its id.

        Raises:
            ImportRefusedError: it was imported before.
        """
        one = self._mine(kind)
        if one is None or one.state != Import.State.UPLOADED:
            raise ImportRefusedError(_("This file was imported already: nothing was imported twice."))
        one.state, one.imported_at = Import.State.IMPORTED, timezone.now()
        one.result = result | {"import_id": one.pk}
        one.save()
        counts = {name: result[name] for name in ("inserted", "updated", "bad")}
        record(
            self.actor,
            "facts.import",
            f"import:{one.pk}",
            after={"kind": kind, "file": one.file_name, **counts},
        )
        return int(one.pk)

    def _mine(self, kind: str) -> Import | None:
        if self.import_id is not None:
            return Import.objects.select_for_update().filter(pk=self.import_id).first()
        operator = self.actor if isinstance(self.actor, Operator) else None
        name = str(self.actor or "hsl")
        return Import.objects.create(
            kind=kind, file_name=self.file_name, size=self.size, operator=operator, actor=name
        )


UNKNOWN = Standing()
"""Of a program that says nothing of itself or its file."""
