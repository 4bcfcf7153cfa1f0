"""Memory: a crawl that takes too much of it is stopped, by what this very program has taken."""

from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

_STATUS = Path("/proc/self/status")


class OwnMemory(MemoryUsage):
    """Count what this program has taken at most, in bytes.

    Scrapy asks the system for the process, which on Linux counts what its parent had taken before
    it was started: a crawl that a large program starts would end at once.
    """

    def get_virtual_size(self) -> int:
        """Give the highest resident size since the program began."""
        try:
            status = _STATUS.read_text(encoding="ascii", errors="replace")
        except OSError:  # no Linux
            return super().get_virtual_size()
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return super().get_virtual_size()
