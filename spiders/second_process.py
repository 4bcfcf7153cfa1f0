"""A second process: a program of ours that works for this one, at the other end of a pipe."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Generic, TypeVar, cast

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
        self._waiting: Queue[bytes | None]
        self._taking: Thread | None = None
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

    def take_ahead(self, most: int) -> Iterator[Got]:
        """Take what it sends off the pipe while the caller works, `most` messages ahead of it.

        It goes on until this is closed, and leaves the pipe to nobody else.

        Raises:
            EOFError: the process has ended.
        """
        self._waiting = Queue(maxsize=most)
        self._taking = Thread(target=self._take, daemon=True)
        self._taking.start()
        while (packed := self._waiting.get()) is not None:
            yield cast("Got", pickle.loads(packed))  # noqa: S301 - from our own process
        raise EOFError("no more messages")

    def _take(self) -> None:
        try:
            while True:
                self._waiting.put(self.pipe.recv_bytes())
        except (EOFError, OSError):
            self._waiting.put(None)

    def close(self) -> None:
        """End it; it holds nothing that could be lost."""
        self._process.kill()
        self._process.wait()
        while self._taking and self._taking.is_alive():  # no pipe is closed under who reads it
            with suppress(Empty):
                self._waiting.get_nowait()
            self._taking.join(0.001)
        self.pipe.close()
