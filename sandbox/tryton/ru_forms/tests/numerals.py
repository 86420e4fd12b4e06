"""Reads Russian numerals back: an oracle written apart from the code under test."""

from __future__ import annotations

_WORDS = {
    "ноль": 0, "один": 1, "одна": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7,
    "восемь": 8, "девять": 9, "десять": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13,
    "четырнадцать": 14, "пятнадцать": 15, "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18,
    "девятнадцать": 19, "двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60,
    "семьдесят": 70, "восемьдесят": 80, "девяносто": 90, "сто": 100, "двести": 200, "триста": 300,
    "четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700, "восемьсот": 800, "девятьсот": 900,
}
_SCALES = {"тысяч": 1000, "миллион": 1_000_000, "миллиард": 1_000_000_000}


def read(words: str) -> int:
    """The number that the words say. Raises KeyError for a word that is no numeral."""
    total = group = 0
    for word in words.lower().split():
        scale = next((value for stem, value in _SCALES.items() if word.startswith(stem)), None)
        if scale:
            total += max(group, 1) * scale
            group = 0
        else:
            group += _WORDS[word]
    return total + group
