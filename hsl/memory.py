"""How much memory the product may count on."""

import os
from pathlib import Path

MEGABYTE = 1 << 20
GIGABYTE = 1 << 30

_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def memory(limits: tuple[Path, ...] = _LIMITS) -> int:
    """Bytes of memory of this machine, or as many as its container may have.

    ``limits``: where the kernel says the latter (control groups 2 and 1).
    """
    known = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for file in limits:
        try:
            known.append(int(file.read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue
    return min(known)


def database_memory(bytes_there: int) -> dict[str, str]:
    """PostgreSQL's settings for a machine of so much memory, on which the product itself runs too.

    An eighth holds pages of its own, at most 4 GB: a fold meets the facts of people picked at random, and each page
    that is not there is copied from the system's cache.
    """
    buffers = min(max(bytes_there // 8, 64 * MEGABYTE), 4 * GIGABYTE)
    return {
        "shared_buffers": f"{buffers // MEGABYTE}MB",
        "effective_cache_size": f"{max(bytes_there // 2, buffers) // MEGABYTE}MB",
    }
