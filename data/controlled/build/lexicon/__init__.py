"""The lexicon: one module a domain, all in the notation that `entries` reads."""

from . import (
    books,
    films,
    health,
    repairs,
    restaurants,
    software,
    sport,
    study,
    travel,
    work,
)

DOMAINS = (films, books, restaurants, travel, repairs, study, sport, work, health, software)
SCENES = tuple(scene for domain in DOMAINS for scene in domain.SCENES)
