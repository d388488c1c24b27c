"""Repairs: house, garden, bicycle and car."""

from .asking import ask
from .telling import tell

SCENES = ()
ASK = ask(
    how="""
        fix a dripping tap = repair a leaking tap ~ replace a dripping tap ~ turn off a tap | cost time who if
        unblock a kitchen sink = clear a blocked kitchen sink ~ install a kitchen sink ~ clean a kitchen sink | cost time who when
        paint a ceiling = give a ceiling a new coat of paint ~ insulate a ceiling ~ paint a fence | cost time who
        change a bicycle tyre = put a new tyre on a bicycle ~ pump up a bicycle tyre ~ choose a bicycle tyre | cost time who when
        get rid of ants in the kitchen = drive ants out of the kitchen ~ feed ants in a glass box ~ get rid of mice in the kitchen | cost time who why
        hang a heavy mirror on a thin wall = put up a heavy mirror on a thin wall ~ hang a thin mirror on a heavy door ~ take a heavy mirror off a thin wall | cost who if
        jump-start a car = start a car with a flat battery ~ steal a car ~ sell a car with a flat battery | cost time when
        lay {n} square metres of tiles = tile an area of {n} square metres ~ buy {n} square metres of tiles | cost time who | n: five, twenty
        *descale a kettle = remove limescale from a kettle ~ refill a kettle | cost time why when if
        *strip wallpaper = take old wallpaper off the wall ~ choose wallpaper ~ hang wallpaper | cost time who
    """,
    why="""
        my fridge | make a humming noise = hum ~ leak | at night = during the night ~ after defrosting
        my car | pull to the left = drift to the left ~ pull to the right | when I brake = during braking ~ when I accelerate
        the radiator | stay cold = not get warm ~ get too hot | at the top = in its upper part ~ at the bottom
        *my lawnmower | stall = cut out ~ smoke | on wet grass = when the grass is wet ~ on slopes
    """,
    versus="""
        a petrol car | a diesel car | cheaper to run | more expensive to run
        wooden windows + | plastic windows + | more durable | less durable
        *gravel | concrete | quicker to lay | slower to lay
    """,
    roles="""
        the plumber ~ the landlord ~ the tenant | call, pay, threaten, thank, avoid | during the repairs = while the repairs went on ~ after the repairs
        *the carpenter ~ the roofer | overcharge, hire | last autumn = in the autumn of last year ~ last spring
    """,
    cause="""
        damp walls | peeling paint
        a worn belt | engine noise
        *frost | cracked pipes
    """,
    quantity="""
        old houses | contain asbestos = have asbestos in them
        electricians | offer a guarantee = guarantee their work
        *heat pumps | freeze in winter = ice up in winter
    """,
    order="""
        sand the door | paint the frame
        turn off the water | remove the tap
        *varnish the floor | move the furniture in
    """,
    sets="""
        Who pays for a broken window, the tenant or the landlord? = If a window breaks, does the landlord or the tenant have to pay? = Is it the tenant or the landlord who pays for a broken window? ~ Who pays for heating, the tenant or the landlord? ~ Who repairs a broken window, a glazier or a carpenter?
        How often should I change the oil in my {e}? = At what intervals does the oil in my {e} need changing? = How many kilometres can my {e} go between oil changes? ~ Which oil should I use in my {e}? | e: car, motorbike
        Can I drill into a wall {g} knowing where the cables are? = Is it safe to drill into a wall {g} a plan of the cables? | g: without, with
        What is the best glue for {e}? = Which glue should I use on {e}? = What kind of glue works well with {e}? ~ How do I get glue off {e}? | e: leather, glass, hard plastic
        *Do I need a permit to build a shed? = Is a permit required for a shed? = Can I put up a shed without asking for permission? ~ Do I need a permit to knock down a shed? ~ Do I need tools to build a shed?
    """,
)
EVENTS = tell(
    "repairs",
    captions="""
        a man = a guy ~ a (young) woman = a (young) lady | repair = fix ~ wash = clean | a (red) bicycle = a (red) bike ~ a (rusty) car | in a garage ~ by the roadside = at the side of the road
        two workers + = two workmen + ~ a roofer | replace ~ carry | some (broken) tiles + ~ a (wooden) beam | on the roof of a barn ~ in a courtyard
        a (young) couple ~ an (old) man | paint ~ wipe = wipe down | the (kitchen) walls + ~ a (garden) bench | at home ~ on a Sunday
        a plumber ~ a (helpful) neighbour | tighten ~ inspect = examine ~ saw through | a (copper) pipe ~ a (loose) railing | under a sink ~ in a bathroom
        *a locksmith ~ a burglar | pick ~ drill | the (front) door lock = the lock of the (front) door ~ a (steel) safe | by torchlight = with the help of a torch ~ in broad daylight
        *a gardener ~ a girl with braids | rake = rake up ~ burn | some (dry) leaves + ~ a heap of hay | behind a greenhouse ~ on a lawn
    """,
    reports="""
        firefighters + = fire crews + ~ neighbours + | put out = extinguish ~ notice | a (large) fire = a (large) blaze ~ a (gas) leak | in a factory ~ in a block of flats = in an apartment block
        a storm = strong winds + ~ a (careless) driver | damage = do damage to ~ destroy | several roofs + = a number of roofs + ~ a (bus) shelter | in the north ~ early on Friday = in the early hours of Friday
        *engineers + ~ volunteers + | restore ~ tear down = demolish | the clock tower ~ the water mill | within a year ~ by hand
    """,
)
