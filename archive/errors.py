"""The errors a user can meet, each with its cause, its remedy and its exit code."""


class ArchiveError(Exception):
    """Stop the command: something the user can mend. Exit code 2.

    The message says where, what, and what to do.
    """

    exit_code = 2


class SchemaTooNewError(ArchiveError):
    """Refuse an archive that a newer On Record wrote. Update On Record."""


class NotAnArchiveError(ArchiveError):
    """Refuse a file that is not an archive of On Record. Name another file with --db."""


class ArchiveReadOnlyError(ArchiveError):
    """Refuse a file or folder that cannot be written. Change its permissions or name another."""


class ArchiveBusyError(ArchiveError):
    """Refuse to write while another process writes the same archive. Exit code 75: try again."""

    exit_code = 75


class DiskError(ArchiveError):
    """Stop where the disk is full or fails; what was acknowledged stays. Exit code 74."""

    exit_code = 74


class SourceError(ArchiveError):
    """Report a source file that cannot be used, with its file, line and likely fix."""


class ReplayError(ArchiveError):
    """Report a WARC file that cannot be replayed: missing, cut short, or of another source."""


class DecisionError(ArchiveError):
    """Refuse a decision on what is not there, was decided before, or needs a reason."""
