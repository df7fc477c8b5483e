"""Every act that is written down has a name that people can read."""

import re
from pathlib import Path

import hsl
from hsl.accounts.acts import ACTS


def test_every_act_that_the_code_writes_down_is_named() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(hsl.__file__).parent.rglob("*.py")]
    kinds = "|".join({act.partition(".")[0] for act in ACTS})
    written = {act for text in sources for act in re.findall(rf'"((?:{kinds})\.[a-z_]+)",', text)}

    assert written >= {"operator.add", "booking.change", "stream.archive"}
    assert sorted(written - ACTS.keys()) == []
