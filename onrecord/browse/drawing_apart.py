"""Drawing in a process of its own: it fills a processor, and a site goes on answering meanwhile."""

import signal
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock

_PATIENCE = 30
"""Seconds; the first chart takes about one."""


class _Draughtsman:
    """The process that draws, started by the first chart; it ends when its site does."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def draw(self, spec: str, config: str) -> str:
        """Draw one chart after the other; one more try where the process has ended."""
        with self._lock:
            for is_last in (False, True):
                line = self._line or self._start()
                try:
                    line.send((spec, config))
                    if not line.poll(_PATIENCE):
                        raise TimeoutError
                    is_drawn, said = line.recv()
                except (EOFError, OSError) as error:  # TimeoutError is one.
                    self._stop()
                    if is_last or isinstance(error, TimeoutError):
                        raise RuntimeError("A chart could not be drawn in time") from error
                else:
                    if is_drawn:
                        return str(said)
                    raise RuntimeError(f"A chart could not be drawn: {said}")
        raise AssertionError("unreachable")

    def _start(self) -> Connection:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_draw_for, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._line = ours
        return ours

    def _stop(self) -> None:
        if self._line:
            self._line.close()
        if self._process:
            self._process.kill()
            self._process.join()
        self._process = self._line = None


_draughtsman = _Draughtsman()


def draw_apart(spec: str, config: str) -> str:
    """Draw a Vega-Lite specification as SVG; waits until it is there, so call it in a thread.

    Raises:
        RuntimeError: it cannot be drawn.
    """
    return _draughtsman.draw(spec, config)


def _draw_for(line: Connection) -> None:
    """Draw until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the site, and that ends this.
    import json

    import vl_convert  # 90 MB, for those who look at a chart

    while True:
        try:
            spec, config = line.recv()
        except EOFError:
            return
        try:
            svg = vl_convert.vegalite_to_svg(
                spec, config=json.loads(config), allowed_base_urls=[], show_warnings=False
            )
        except ValueError as error:
            line.send((False, str(error)))
        else:
            line.send((True, svg))
