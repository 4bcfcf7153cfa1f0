"""What the archive keeps of a source's file."""

from archive.recording import SourceRow
from spiders.source import Source


def source_row(source: Source) -> SourceRow:
    """Turn a source's declaration into its row and those of its holders."""
    return SourceRow(
        name=source.name,
        office=source.office,
        country=source.country,
        publisher=source.publisher,
        url=source.url,
        language=source.language,
        timezone=source.timezone,
        retention=source.retention,
        licence=source.licence,
        holders=tuple(
            {
                "name": holder.name,
                "role": holder.role,
                "since": holder.since.isoformat(),
                "until": holder.until.isoformat() if holder.until else None,
            }
            for holder in source.holders
        ),
    )
