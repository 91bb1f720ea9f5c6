"""Functions for the tickets of squares.yaml."""

from __future__ import annotations


def square(number: float) -> float:
    return number * number


def total(terms: list[float | str], names: dict[str, float]) -> float:
    """The sum of numbers, and of names for numbers."""
    for term in terms:
        print("+", term)
    return sum(names[term] if isinstance(term, str) else term for term in terms)
