"""Item pipelines, in order: validate, score, record."""
