"""What rules are about, for `rules.py`: things, circumstances, and what a rule then demands.

A thing is `word | instances`, a circumstance `words | when it holds`; each circumstance stands
beside the one that excludes it.
"""

THINGS = """
dogs | a poodle; a terrier; an old spaniel; a labrador
bicycles | a mountain bike; a tandem; a rusty racing bike; a folding bike
musical instruments | a cello; a trumpet; two guitars; a violin
fruit | a bag of oranges; a pineapple; ripe bananas; a basket of pears
tools | a hammer; a saw; a box of spanners; an electric drill
boats | a canoe; a rubber dinghy; a kayak; a small sailing boat
young children | a toddler; a baby; a girl of three; twins of two
hot drinks | a mug of tea; steaming coffee; a flask of hot cocoa; a pot of peppermint tea
birds | a parrot; a canary; a tame owl; two hens
furniture | an armchair; a wardrobe; a sofa; a chest of drawers
flowers | a bunch of roses; tulips; a pot of violets; a wreath of daisies
games | a pack of cards; a chess set; dominoes; a box of dice
"""

CIRCUMSTANCES = """
at weekends | on Saturday; on Sunday morning; late on Sunday; this Saturday
from Monday to Friday | on Tuesday; on Wednesday morning; late on Thursday; this Monday

in the morning | at eight in the morning; soon after breakfast; at sunrise; well before noon
in the evening | at eight in the evening; soon after supper; at sunset; after nine at night

in winter | in January; on a cold day in February; in the middle of December; while snow lies
in summer | in July; on a hot day in June; in the middle of August; at midsummer

in the rain | in pouring rain; during a heavy shower; under a dripping umbrella; in a thunderstorm
in fine weather | in bright sunshine; on a cloudless day; under a blue sky; on a dry and sunny day

indoors | in the hall; on the staircase; in the lift; in a corridor
outdoors | in the garden; on the lawn; in the yard; under the apple trees
"""

DEMANDS = """
are welcome
are not allowed
need a permit
cost two pounds
are left at the gate
are reported to the porter
must be registered
are allowed for an hour
are checked by the guard
need a yellow label
are forbidden
are no trouble to anybody
"""

RULES = """
{When}, {things} {demand}.
{Things} {demand} {when}.
{Things}, if brought {when}, {demand}.
"""

STATEMENTS = """
{n} brings {one} {then}.
{then} {n} turns up with {one}.
{n} comes with {one} {then}.
With {one} {n} arrives {then}.
Somebody saw {n} {then} with {one}.
"""

LEFT = """
{n} comes {then} and has left {one} at home.
{then} {n} arrives without {one}.
"""
