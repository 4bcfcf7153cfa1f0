"""What is kept: schema, recording, revisions, captures. The only writer of SQL."""
