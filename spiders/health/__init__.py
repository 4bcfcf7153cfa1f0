"""Whether a source is still read as it was: what a crawl finds, compared with earlier ones."""
