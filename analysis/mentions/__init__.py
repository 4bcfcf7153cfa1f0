"""Who is spoken about: countries, persons, offices and organisations named in a text."""

from analysis.mentions.find import Gazetteer, Mention, find_mentions
from analysis.mentions.people import Held, Person
from analysis.mentions.places import Place
from analysis.mentions.scan import static_names
from analysis.mentions.tables import entity_names

__all__ = [
    "Gazetteer",
    "Held",
    "Mention",
    "Person",
    "Place",
    "entity_names",
    "find_mentions",
    "static_names",
]
