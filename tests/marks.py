"""Marks: how tests name words that are not ours to keep, by their number and a hash."""

import hashlib


def tokens_of(text: str) -> list[str]:
    """Part a text into words, with a sign of its own for the border of paragraphs."""
    return text.replace("\n\n", " ¶ ").split()


def mark(tokens: list[str]) -> str:
    """Name some words: how many they are, and the start of their SHA-256."""
    return f"{len(tokens)} words {hashlib.sha256(' '.join(tokens).encode()).hexdigest()[:16]}"


def holds(text: str, marked: str) -> bool:
    """Tell whether the marked words stand somewhere in a text."""
    tokens, count = tokens_of(text), int(marked.split(maxsplit=1)[0])
    return any(mark(tokens[at : at + count]) == marked for at in range(len(tokens) - count + 1))


def begins(text: str, marked: str) -> bool:
    """Tell whether a text begins with the marked words."""
    return mark(tokens_of(text)[: int(marked.split(maxsplit=1)[0])]) == marked


def ends(text: str, marked: str) -> bool:
    """Tell whether a text ends with the marked words."""
    return mark(tokens_of(text)[-int(marked.split(maxsplit=1)[0]) :]) == marked
