"""Seccomp: have the kernel kill a process, or fail it, at a system call that SQLite makes.

SQLite writes by pwrite64 and syncs by fdatasync; nothing else in the program does.
"""

import ctypes
import platform
import struct

_CALLS = {
    "x86_64": {"pwrite64": 18, "fdatasync": 75},
    "aarch64": {"pwrite64": 68, "fdatasync": 83},
}
_ALLOW = 0x7FFF0000
_KILL = 0x80000000
_ERRNO = 0x00050000
_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUALS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_OFFSET_OF_PWRITE = 16 + 3 * 8
"""Where seccomp's data holds the lower half of the fourth argument."""


def can_filter() -> bool:
    """Tell whether this machine's system calls are known."""
    return platform.system() == "Linux" and platform.machine() in _CALLS


def forbid(call: str, offset: int = 0, error: int | None = None) -> None:
    """From now on, die at a call, or have it fail with an error number.

    Of `pwrite64` only what is written at an offset or beyond it in its file.
    """
    action = _KILL if error is None else _ERRNO | error
    number = _CALLS[platform.machine()][call]
    program = [
        (_LOAD, 0, 0, 0),
        (_EQUALS, 0, 3, number),
        (_LOAD, 0, 0, _OFFSET_OF_PWRITE if call == "pwrite64" else 0),
        (_AT_LEAST, 0, 1, offset),
        (_RETURN, 0, 0, action),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = b"".join(struct.pack("HBBI", *each) for each in program)
    held = ctypes.create_string_buffer(code, len(code))
    packed = struct.pack("HxxxxxxP", len(program), ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    zeros = (0, 0, 0)
    if libc.prctl(_NO_NEW_PRIVS, 1, *zeros) or libc.prctl(
        _SET_SECCOMP, _FILTER, ctypes.c_char_p(packed), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "no seccomp filter can be set")
