"""Item pipelines, in order: analyse (that is validate and score), record."""
