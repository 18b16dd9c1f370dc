"""How much memory does a process keep that it no longer needs?"""

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8
_ARENAS = 2


def share_pools() -> None:
    """Let all threads share two pools of memory.

    glibc gives each thread its own and returns little of it: threads that come and go with every
    commit and every file of codes left a process with 440 MB that needs 190, and a server that was
    asked by sixteen clients with 50 MB more than it needs.
    """
    with suppress(AttributeError, OSError, TypeError):  # other systems have other allocators
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
