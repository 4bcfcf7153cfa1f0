"""How statements get in: the Scrapy project, its sources, channels, pipelines and extensions."""
