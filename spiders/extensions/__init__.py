"""Scrapy extensions: keeping the archive during a crawl, and looking again at known statements."""
