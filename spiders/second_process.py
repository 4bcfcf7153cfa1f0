"""A second process: a program of ours that works for this one, at the other end of a pipe."""

import os
import subprocess
import sys
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Generic, TypeVar

Sent = TypeVar("Sent")
Got = TypeVar("Got")


class SecondProcess(Generic[Sent, Got]):
    """The process, and our end of the pipe to it.

    It dies when the pipe's end here closes, which the system does whatever becomes of us.
    """

    def __init__(self, program: str) -> None:
        """Start it in a process group of its own, out of the reach of Ctrl+C.

        The program is a line of Python that finds the descriptor of its pipe in `sys.argv[1]`.
        """
        self.pipe: Connection[Sent, Got]
        self.pipe, theirs = Pipe()
        paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-c", program, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": paths},
                pass_fds=[theirs.fileno()],
                process_group=0,
            )

    def close(self) -> None:
        """End it; it holds nothing that could be lost."""
        self.pipe.close()
        self._process.kill()
        self._process.wait()
