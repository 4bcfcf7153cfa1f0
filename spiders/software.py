"""The name and version of this program, as archives and WARC files note who wrote them."""

from importlib.metadata import version

SOFTWARE = f"onrecord {version('onrecord')}"
