"""The lexicon: one module a domain, all in the notation that `entries` reads."""

from . import films, health, repairs, restaurants, software, travel

DOMAINS = (films, restaurants, travel, repairs, health, software)
SCENES = tuple(scene for domain in DOMAINS for scene in domain.SCENES)
