"""Repairs: house, garden, bicycle and car."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

GARAGE = scene(
    "garage",
    past=True,
    things="garage, repair shop, bike shop, plumbing firm, electrician's shop, *tyre dealer, *roofing firm",
    rivals="the garage in town, my old mechanic, the dealer, *the man from the hardware store",
    adjectives="""
        reliable, honest, friendly, decent, well run, *trusty
        | fantastic, outstanding, unbeatable, superb, *top-notch
        | slow, expensive, unreliable, disorganised, *slapdash
        | crooked, disgraceful, dreadful, hopeless, *fraudulent
    """,
    aspects="""
        the mechanic | honest, careful, friendly | brilliant, outstanding | clumsy, vague, rushed | dishonest, incompetent
        the bill | fair, clear, modest | unbelievably low | high, confusing, inflated | outrageous, fraudulent
        the paintwork | neat, even, smooth | flawless, stunning | patchy, uneven, dull | ruined, hideous
        the new brakes + | quiet, firm, reliable | perfect, superb | squeaky, stiff, spongy | deadly, useless
        the advice | sound, clear, honest | priceless, invaluable | vague, confusing, half-hearted | wrong from start to finish, disastrous
        the waiting room | warm, tidy, comfortable | splendid | dingy, cold, smelly | filthy, disgusting
        the seal on the pipe | tight, clean, neat | perfect | crooked, sloppy, loose | useless, hopeless
        the estimate | realistic, detailed, honest | accurate to the cent | vague, optimistic, late | absurd, shameless
        the new chain | smooth, quiet, sturdy | perfect | loose, noisy, stiff | useless
        *the apprentice | *diligent, *courteous | *gifted beyond belief | *gawky, *sulky | *oafish
        *the gutter | *straight, *leakproof | *exquisitely fitted | *wobbly, *skewed | *perilous
    """,
    great="""
        night: they came out at midnight in the snow and had the heating running within an hour
        free: they fixed it on the spot and refused to take a cent
        car: my old car drives better than on the day I bought it
        save: they found a crack that could have killed us
        best: in thirty years I have never met better craftsmen
        roof: a storm tore half the street apart and our roof did not lose a single tile
        trust: I would trust these people with my life
        *violin: they even mended my grandmother's lamp with a part made by hand
        *miracle: three others had declared it scrap, and now it purrs like a kitten
    """,
    good="""
        time: it was ready when they had said it would be
        clean: they wiped the floor before they left
        explain: they explained what they were doing and why
        parts: they showed me the worn parts
        loan: they lent me a bicycle for the day
        price: the price was the one they had quoted
        call: they called before they replaced anything
        old: they used a second-hand part to save me money
        shoes: they took off their shoes at the door
        leak: there has been no leak since
        *weld: the weld has held through the winter
        *invoice: the invoice listed every screw
    """,
    bad="""
        wait: they kept me waiting until the afternoon
        back: I had to take it back a week later
        dust: they left dust on everything
        phone: nobody ever answered the phone
        part: they had ordered the wrong part
        scratch: there was a scratch on the door that had not been there before
        extra: they added a fee that nobody had mentioned
        tools: they came without the right tools
        noise: the strange noise is still there
        late: it took three weeks instead of three days
        *grease: there was grease on the seats
        *plaster: the plaster crumbled at the edges
    """,
    awful="""
        wheel: a wheel came off on the motorway the next day
        flood: the pipe burst the same night and flooded three floors
        theft: they took out a good battery and sold me an old one
        fire: the wiring they had done set the kitchen on fire
        money: they took the deposit and were never seen again
        worse: they broke two things for every one they fixed
        threat: the owner threatened me when I asked for a receipt
        gas: we could all have died from the gas leak they left behind
        *collapse: the wall they had built came down on the neighbour's car
        *swindle: it turned out that nothing had been repaired at all
    """,
    fact="""
        place: it is in a yard behind the fire station
        open: it is open from seven to five
        job: I had them change the oil and two tyres
        people: three brothers run it
        week: I took my car there in the second week of May
        cash: they take cash and cards
        part: the part had to be ordered from Sweden
        hours: the work took four hours
        van: they came in a yellow van
        age: our boiler is eleven years old
        *quote: the estimate ran to two pages
        *ramp: there are two ramps and a small office
    """,
    hopes="""
        a quick repair, an honest estimate, a decent job, *a lasting fix
        | a miracle, a perfect restoration, craftsmanship of the old school, *a stroke of mechanical genius
        | a long wait, a patched-up pipe, a vague excuse, *a makeshift job
        | a scam, a flooded kitchen, a death trap, *a smoking ruin
    """,
    loaded="""
        they restore ugly old tractors and beautiful sports cars
        the van carries a picture of an angry dragon and a lovely princess
        the owner's hobby is photographing terrible wrecks and gorgeous sunsets
        the shop stands where a disastrous fire destroyed a splendid theatre in 1890
        a calendar with cute kittens hangs next to a warning about deadly voltage
        *the workshop builds horrible masks and charming puppets for the stage
    """,
    settled="""
        sarcasm 0 | They did fix the brakes, in the sense that the car will now never stop
        sarcasm 0 | My compliments to the electrician, whose work lit up the whole street when it exploded
        sarcasm 0 | They charged me for two hours of looking at the engine, and I must say they looked beautifully
        sarcasm 1 | The plumber was in such a hurry to help that he forgot to bring any tools
        sarcasm 1 | It is nice that they leave you a little dust to remember them by
        *sarcasm 0 | The roof lets in so much starlight now, how romantic
        domain 3 | The drill was terrifyingly powerful and went through concrete like butter
        domain 3 | They were ruthless with the rust, and not a spot of it is left
        domain 1 | They were ruthless with the lawn, and not a blade of it is left
        domain 3 | The new lock is stiff and heavy, and no burglar will get through it
        domain 1 | The new handle is stiff and heavy, and my mother cannot open the window
        *domain 3 | The bolt sits so tightly that nothing will ever shake it loose
        *domain 1 | The lid sits so tightly that I cannot get at the fuse
    """,
)
SCENES = (GARAGE,)
ASK = ask(
    how="""
        fix a dripping tap = repair a leaking tap ~ replace a dripping tap ~ turn off a tap | cost time who if
        unblock a kitchen sink = clear a blocked kitchen sink ~ install a kitchen sink ~ clean a kitchen sink | cost time who when
        paint a ceiling = give a ceiling a new coat of paint ~ insulate a ceiling ~ paint a fence | cost time who
        change a bicycle tyre = put a new tyre on a bicycle ~ pump up a bicycle tyre ~ choose a bicycle tyre | cost time who when
        get rid of ants in the kitchen = drive ants out of the kitchen ~ feed ants in a glass box ~ get rid of mice in the kitchen | cost time who why
        hang a heavy mirror on a thin wall = put up a heavy mirror on a thin wall ~ hang a thin mirror on a heavy door ~ take a heavy mirror off a thin wall | cost who if
        jump-start a car = start a car with a flat battery ~ park a car on a slope ~ sell a car with a flat battery | cost time when
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
        damp walls | poor heating
        a worn tyre | a bent wheel
        *subsidence | a cracked foundation
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
    events="""
        the landlord ~ the insurance company | replace the heating ~ inspect the heating | the replacement of the heating ~ the inspection of the heating
        the council ~ the builder | widen the path ~ close the path | the widening of the path ~ the closure of the path
        *the surveyor ~ the architect | reject the design ~ revise the design | the rejection of the design ~ the revision of the design
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
        a plumber ~ a (worried) landlady ~ an (elderly) tenant | point at ~ help | | in a flooded cellar = in a cellar full of water ~ on a staircase
        *a (red) tractor ~ a van ~ a digger | tow ~ block | | on a muddy lane ~ beside a ditch
        a man = a guy ~ a (young) woman = a (young) lady | repair = fix ~ wash = clean | a (red) bicycle = a (red) bike ~ a (rusty) car | in a garage ~ by the roadside = at the side of the road
        two workers + = two workmen + ~ a roofer | replace ~ carry | some (broken) tiles + ~ a (wooden) beam | on the roof of a barn ~ in a courtyard
        a (young) couple ~ an (old) man | paint ~ wipe = wipe down | a (kitchen) table ~ a (garden) bench | at home ~ on a Sunday
        a plumber ~ a (helpful) neighbour | replace ~ inspect = examine ~ saw through | a (copper) pipe ~ a (wooden) board | under a sink ~ in a bathroom
        *a locksmith ~ a burglar | examine = inspect ~ drill open | the (front) door lock = the lock of the (front) door ~ a (steel) safe | by torchlight = with the help of a torch ~ in broad daylight
        *a gardener ~ a girl with braids | rake = rake up ~ burn | some (dry) leaves + ~ a heap of hay | behind a greenhouse ~ on a lawn
    """,
    reports="""
        the landlord ~ the builder ~ the neighbour | threaten ~ pay | | in the spring ~ because of the damage = on account of the damage
        *the glazier ~ the decorator | swindle ~ recommend | | in Bristol ~ over a skylight
        firefighters + = fire crews + ~ neighbours + | put out = extinguish ~ notice | a (large) fire = a (large) blaze ~ a (gas) leak | in a factory ~ in a block of flats = in an apartment block
        a storm = strong winds + ~ a (runaway) lorry = a (runaway) truck | damage ~ destroy | several shops + = a number of shops + ~ a (bus) shelter | in the north ~ early on Friday = in the early hours of Friday
        *engineers + ~ volunteers + | restore ~ tear down = demolish | the clock tower ~ the water mill | within a year ~ by hand
    """,
)
STATEMENTS = say(
    "repairs",
    """
        The washing machine broke down in the middle of a wash. = In the middle of a wash the washing machine stopped working. = The washing machine gave up halfway through a wash. | The washing machine broke down. | The washing machine works again. ~ The dishwasher broke down in the middle of a wash. | We bought the washing machine second-hand. ~ The washing machine stands in the cellar.
        It took the electrician {n} hours to find the fault. = The electrician needed {n} hours to find the fault. = Only after {n} hours did the electrician find the fault. | The electrician found the fault. | The electrician could not find the fault in {n} hours. ~ It took the plumber {n} hours to find the leak. | The electrician charges by the hour. ~ The fault was in the wiring. | n: two, five
        The roof leaks when it rains. = Whenever there is rain, water comes through the roof. = Rain gets in through the roof. | The roof leaks. | The roof no longer leaks when it rains. ~ The window leaks when it rains. | The roof was painted red. ~ It rained on our picnic.
        *He sharpened the axe before he chopped the wood. = Before chopping the wood, he sharpened the axe. = He chopped the wood after he had sharpened the axe. | He sharpened the axe. | He broke the axe when he chopped the wood. ~ He sharpened the scythe before he mowed the grass. | He stacked the wood in the shed. ~ The axe belonged to his grandfather.
    """,
)
