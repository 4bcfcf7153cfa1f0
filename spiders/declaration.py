"""What the archive keeps of a source's file."""

from archive.register import SourceRow
from spiders.channels import channel_class
from spiders.source import Account, Feed, Holder, Source


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
        every_seconds=int(source.every.total_seconds()),
        ids=source.ids,
        persons={
            str(holder.id): (holder.name, tuple(sorted(_other_names(source, holder))))
            for holder in source.holders
        },
        holders=tuple(_holder_fields(holder) for holder in source.holders),
        accounts=tuple(_account_fields(account, source) for account in source.accounts),
        channels=tuple(_channel_fields(name) for name in sorted(_channels(source.feeds))),
    )


def _other_names(source: Source, holder: Holder) -> set[str]:
    same = [each for each in source.holders if each.id == holder.id]
    return {name for each in same for name in (each.name, *each.aliases)} - {holder.name}


def _holder_fields(holder: Holder) -> dict[str, str | None]:
    return {
        "person_id": holder.id,
        "role": holder.role,
        "capacity": holder.capacity,
        "since": holder.since.isoformat(),
        "until": holder.until.isoformat() if holder.until else None,
    }


def _account_fields(account: Account, source: Source) -> dict[str, str | None]:
    owner = next((each.id for each in source.holders if each.name == account.person), None)
    return {
        "platform": account.platform,
        "handle": account.handle.lstrip("@"),
        "since": account.since.isoformat() if account.since else "",
        "until": account.until.isoformat() if account.until else None,
        "platform_id": account.id,
        "person_id": owner,
        "url": account.url,
        "proof": account.proof,
    }


def _channels(feeds: tuple[Feed, ...]) -> set[str]:
    every = [each for feed in feeds for each in (feed, *feed.fallback)]
    return {feed.options.channel for feed in every}


def _channel_fields(name: str) -> dict[str, str | None]:
    channel = channel_class(name)
    evidence = channel.evidence
    return {
        "name": name,
        "ids": channel.ids,
        "identity": evidence.identity,
        "edits": evidence.edits,
        "deletions": evidence.deletions,
    }
