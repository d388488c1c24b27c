"""What rules are about, for `rules.py`: things, circumstances, and what a rule then demands.

A thing is `word | instances`, a circumstance `words | when it holds`; each circumstance stands
beside the one that excludes it. `{be}`, `{need}` and `{cost}` agree with the thing.
"""

# ruff: noqa: E501
# One thing, or one circumstance, a line, however long.

THINGS = """
dogs | a poodle; a terrier; an old spaniel; a labrador; two puppies; a sheepdog
bicycles | a mountain bike; a tandem; a rusty racing bike; a folding bike; a delivery bike; an old pushbike
musical instruments | a cello; a trumpet; two guitars; a violin; a flute; an accordion
fruit | a bag of oranges; a pineapple; some bananas; a basket of pears; a melon; a bowl of cherries
tools | a hammer; a saw; a box of spanners; an electric drill; a screwdriver; a pair of pliers
boats | a canoe; a rubber dinghy; a kayak; a small sailing boat; a rowing boat; a catamaran
young children | a toddler; a baby; a girl of three; a boy of four; newborn twins; a two-year-old
hot drinks | a mug of tea; a cup of coffee; a flask of hot cocoa; a pot of peppermint tea; two espressos; a cup of mulled cider
birds | a parrot; a canary; a tame owl; two hens; a goose; a caged finch
furniture | an armchair; a wardrobe; a sofa; a chest of drawers; a bookcase; two stools
flowers | a bunch of roses; some tulips; a pot of violets; a wreath of daisies; a bouquet of lilies; an orchid
games | a pack of cards; a chess set; a box of dominoes; a pair of dice; a jigsaw puzzle; a set of draughts
"""

CIRCUMSTANCES = """
at weekends | on Saturday; on Sunday morning; late on Sunday; last Saturday
from Monday to Friday | on Tuesday; on Wednesday morning; late on Thursday; last Monday

in the morning | at eight in the morning; soon after breakfast; at sunrise; well before noon
in the evening | at eight in the evening; soon after supper; at sunset; after nine at night

in winter | in January; on a cold day in February; in the middle of December; on a snowy day
in summer | in July; on a hot day in June; in the middle of August; on midsummer's day

in the rain | in pouring rain; during a heavy shower; in a thunderstorm; on a very wet day
in fine weather | in bright sunshine; on a cloudless day; under a clear blue sky; on a dry and sunny day

at Christmas | on Christmas Eve; on Boxing Day; on the twenty-fifth of December; on Christmas Day
at Easter | on Good Friday; on Easter Sunday; on Easter Monday; over the Easter weekend
"""

DEMANDS = """
{be} welcome
{be} not allowed
{need} a permit
{cost} two pounds
must be left at the gate
must be reported to the porter
must be registered
{be} allowed for an hour
{be} checked by the guard
{need} a yellow label
{be} forbidden
{be} admitted free of charge
"""

RULES = """
{When}, {things} {demand}.
{Things} {demand} {when}.
{Things}, if brought {when}, {demand}.
"""

STATEMENTS = """
{n} brought {one} {then}.
{Then}, {n} came with {one}.
{n} turned up with {one} {then}.
{Then}, {n} brought {one} along.
{Then}, the porter saw {n} with {one}.
"""
