"""Repairs: house, garden, bicycle and car."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

OF_A_FIRM = """
    reliable, honest, friendly, decent, well-run, *trusty
    | fantastic, outstanding, unbeatable, superb, *top-notch
    | slow, expensive, unreliable, disorganised, *slapdash
    | crooked, disgraceful, dreadful, hopeless, *fraudulent
"""
GARAGE = scene(
    "garage",
    past=True,
    things="garage, repair shop, car workshop, family garage, *service station, *body shop",
    rivals="the garage in town, my old garage, the dealer, *the garage by the motorway",
    adjectives=OF_A_FIRM,
    aspects="""
        the mechanic | honest, careful, friendly | brilliant, outstanding | clumsy, vague, rushed | dishonest, incompetent
        price: the bill | fair, clear, modest | unbelievably low | high, confusing, inflated | outrageous, fraudulent
        the paintwork | neat, even, smooth | flawless, stunning | patchy, uneven, dull | botched, hideous
        the new brakes + | quiet, smooth, reliable | perfect, superb | squeaky, stiff, spongy | dangerous, useless
        the advice | sound, clear, honest | priceless, invaluable | vague, confusing, half-hearted | disastrous, wrong from start to finish
        the waiting room | warm, tidy, comfortable | splendid | dingy, cold, smelly | filthy, disgusting
        price: the estimate | realistic, detailed, honest | accurate to the cent | vague, sketchy, inflated | absurd, shameless
        the new gearbox | smooth, quiet, sturdy | flawless, superb | jerky, noisy, stiff | useless, hopeless
        *the apprentice | *diligent, *courteous | *gifted beyond belief | *slack, *sulky | *insolent
        *the bodywork | *shiny, *well polished | *impeccably restored | *blotchy, *pitted | *mangled
    """,
    great="""
        night: they came out at midnight in the snow and had the engine running within an hour
        price/time/back/brake/gearbox/paintwork: they fixed it on the spot and refused to take a cent
        car/back/gearbox/brake: my old car drives better than on the day I bought it
        save: they found a crack in the axle that could have killed us
        mechanic: in thirty years I have never met better mechanics
        trust: I would trust these people with my life
        *rally: they got my grandfather's coupé back on the road after twenty years
        *miracle: three others had declared it scrap, and now it purrs like a kitten
    """,
    good="""
        time: it was ready when they had said it would be
        clean: they cleaned the inside without being asked
        explain/advice: they explained what they were doing and why
        parts: they showed me the worn parts
        loan: they lent me a bicycle for the day
        price: the price was the one they had quoted
        call: they called before they replaced anything
        parts: they used a second-hand part to save me money
        noise: the rattle has gone for good
        *weld: the weld has held through the winter
        *invoice/price: the invoice listed every screw
    """,
    bad="""
        wait/time: they kept me waiting until the afternoon
        back: I had to take it back a week later
        phone: nobody ever answered the phone
        parts: they had ordered the wrong part
        scratch/paintwork: there was a scratch on the door that had not been there before
        price: they added a fee that nobody had mentioned
        noise: the strange noise is still there
        time: it took three weeks instead of three days
        oil: they forgot to top up the oil
        *grease: there was grease on the seats
        *mirror: one of the mirrors fell off within a month
    """,
    awful="""
        wheel: a wheel came off on the motorway the next day
        theft: they took out a good battery and sold me an old one
        fire: the wiring they had done set the car on fire
        price: they charged me for work that had never been done
        worse: they broke two things for every one they fixed
        threat: the owner threatened me when I asked for a receipt
        brakes/brake: the brakes they had just repaired failed on a steep hill
        *joyride: they wrecked my car on a joyride and denied it
        *swindle: it turned out that nothing had been repaired at all
    """,
    fact="""
        place: it is in a yard behind the fire station
        open: it is open from seven to five
        job: I had them change the oil and two tyres
        people: three brothers run it
        week/time: I took my car there in the second week of May
        cash/price: they take cash and cards
        parts: one part had to be ordered from Sweden
        hours/time: the work took four hours
        age/car: my car is eleven years old
        *quote: the estimate ran to two pages
        *ramp: there are two ramps and a small office
    """,
    hopes="""
        a quick repair, an honest piece of work, a decent job, *a lasting repair
        | a miracle, a perfect restoration, craftsmanship of the old school, *a stroke of mechanical genius
        | a long wait, a patched-up job, a string of excuses, *a makeshift job
        | a scam, a ruined engine, a death trap, *a smoking wreck
    """,
    loaded="""
        they restore ugly old tractors and beautiful sports cars
        the owner's hobby is photographing terrible wrecks and gorgeous sunsets
        place: the garage stands where a disastrous fire destroyed a splendid theatre in 1890
        a calendar with cute kittens hangs next to a warning about deadly voltage
        *a poster of a hideous monster and a lovely mermaid hangs in the office
    """,
    settled="""
        sarcasm 0 | They did fix the brakes, in the sense that the car will now never move again
        sarcasm 0 | They charged me for two hours of looking at the engine, and I must say they looked beautifully
        sarcasm 1 | They were in such a hurry to help that they forgot to ask what was wrong
        sarcasm 1 | It is nice of them to leave a little oil on the seat as a souvenir
        *sarcasm 0 | I asked for a quieter exhaust, and since it fell off it has been wonderfully quiet
        domain 3 | They were ruthless with the rust, and not a spot of it is left
        domain 1 | They were ruthless with the new paint, and not much of it is left
        domain 3 | The new clutch is stiff and heavy, just as I like it
        domain 1 | The new clutch is stiff and heavy, and my mother cannot drive the car
        *domain 3 | The bolt sits so tightly that nothing will ever shake it loose
        *domain 1 | The fuel cap sits so tightly that I cannot get it off
    """,
)
BUILDERS = scene(
    "builders",
    past=True,
    things="building firm, firm of builders, repair service, renovation firm, *contractor, *handyman service",
    rivals="the firm we had before, the firm my parents use, the last firm we hired, *the firm from the next village",
    adjectives=OF_A_FIRM,
    aspects="""
        the plumber | honest, careful, friendly | brilliant, outstanding | clumsy, grumpy, rushed | dishonest, incompetent
        price: the bill | fair, clear, modest | unbelievably low | high, confusing, inflated | outrageous, fraudulent
        the tiling | neat, even, solid | flawless, stunning | crooked, patchy, uneven | botched, hideous
        the new heating | quiet, reliable, economical | perfect, superb | noisy, slow, temperamental | useless, dangerous
        the advice | sound, clear, honest | priceless, invaluable | vague, confusing, half-hearted | disastrous, wrong from start to finish
        the new taps + | solid, smooth, sturdy | perfect, superb | stiff, loose, squeaky | useless, hopeless
        price: the estimate | realistic, detailed, honest | accurate to the cent | vague, sketchy, inflated | absurd, shameless
        the new windows + | solid, handsome, well fitted | flawless, superb | draughty, stiff, crooked | useless, hopeless
        *the gutter | *straight, *watertight | *perfectly fitted | *wobbly, *lopsided | *worthless
        *the carpenter | *diligent, *courteous | *gifted beyond belief | *slack, *sulky | *insolent
    """,
    great="""
        heating/night: they came out at midnight in the snow and had the heating running within an hour
        price/time/tap/window/tiling/heating: they fixed it on the spot and refused to take a cent
        best/plumber/window/tap/tiling/heating: in thirty years I have never met better craftsmen
        roof: a storm tore half the street apart and our roof did not lose a single tile
        trust: I would trust these people with my life
        *banister: they copied the missing banister so well that nobody can tell the difference
        *flood: they turned a flooded ruin back into a home
    """,
    good="""
        time: the work was finished when they had said it would be
        clean/dust: they wiped the floor before they left
        explain/advice: they explained what they were doing and why
        price: the price was the one they had quoted
        call: they called before they replaced anything
        clean: they took off their shoes at the door
        leak/pipe: there has been no leak since
        save: they reused the old tiles to save us money
        *frames: the window frames have held through the winter
        *invoice/price: the invoice listed every screw
    """,
    bad="""
        wait/time: they kept me waiting until the afternoon
        clean/dust: they left dust on everything
        phone: nobody ever answered the phone
        parts: they had ordered the wrong tiles
        scratch: there was a scratch on the door that had not been there before
        price: they added a fee that nobody had mentioned
        tools: they came without the right tools
        noise/pipe: the strange noise in the pipes is still there
        time: it took three weeks instead of three days
        *plaster: the plaster crumbled at the edges
        *drips: there were drips of paint on the stairs
    """,
    awful="""
        leak/pipe: the pipe burst the same night and flooded three floors
        fire: the wiring they had done set the kitchen on fire
        price: they charged me for work that had never been done
        worse: they broke two things for every one they fixed
        threat: the owner threatened me when I asked for a receipt
        gas/leak: we could all have died from the gas leak they left behind
        *collapse: the wall they had built came down on the neighbour's car
        *swindle: it turned out that nothing had been repaired at all
    """,
    fact="""
        place: their office is in a yard behind the fire station
        people: three brothers run the firm
        week/time: they came in the second week of May
        cash/price: they take cash and cards
        parts: one part had to be ordered from Sweden
        hours/time: the work took four days
        van: they came in a yellow van
        age: our house is ninety years old
        *quote: the estimate ran to two pages
        *scaffold: the scaffolding came from another firm
    """,
    hopes="""
        a quick repair, an honest piece of work, a decent job, *a lasting repair
        | a miracle, a perfect restoration, craftsmanship of the old school, *a stroke of genius with hammer and saw
        | a long wait, a patched-up job, a string of excuses, *a makeshift job
        | a scam, a flooded kitchen, a death trap, *a smoking ruin
    """,
    loaded="""
        they restore ugly old barns and beautiful country houses
        the van carries a picture of an angry dragon and a lovely princess
        place: their office stands where a disastrous fire destroyed a splendid theatre in 1890
        *they also build horrible masks and charming puppets for the stage
    """,
    settled="""
        sarcasm 0 | My compliments to the electrician, whose work lit up the whole street when it exploded
        sarcasm 1 | The plumber was in such a hurry to help that he forgot to bring any tools
        sarcasm 1 | It is nice that they leave you a little dust to remember them by
        *sarcasm 0 | The roof lets in so much starlight now, how romantic
        domain 3 | The drill was terrifyingly powerful and went through concrete like butter
        domain 3 | They were ruthless with the mould, and not a spot of it is left
        domain 1 | They were ruthless with the lawn, and not a blade of it is left
        domain 3 | The new lock is stiff and heavy, and no burglar will get through it
        domain 1 | The new handle is stiff and heavy, and my mother cannot open the window
        *domain 3 | The screws sit so tightly that nothing will ever shake them loose
        *domain 1 | The lid of the fuse box sits so tightly that I cannot get it off
    """,
)
SCENES = (GARAGE, BUILDERS)
ASK = ask(
    how="""
        fix a dripping tap = repair a leaking tap ~ replace a dripping tap ~ turn off a tap | cost time who
        unblock a kitchen sink = clear a blocked kitchen sink ~ install a kitchen sink ~ clean a kitchen sink | cost time who
        paint a ceiling = give a ceiling a new coat of paint ~ insulate a ceiling ~ paint a fence | cost time who
        change a bicycle tyre = put a new tyre on a bicycle ~ pump up a bicycle tyre ~ buy a bicycle tyre | cost time who when
        get rid of ants in the kitchen = drive ants out of the kitchen ~ set up a glass tank for ants ~ get rid of mice in the kitchen | cost time who
        hang a heavy mirror on a thin wall = put up a heavy mirror on a thin wall ~ take a heavy mirror off a thin wall ~ paint a thin wall | cost who
        jump-start a car = start a car with a flat battery ~ park a car on a slope ~ sell a car with a flat battery | time
        lay {n} square metres of tiles = tile an area of {n} square metres ~ buy {n} square metres of tiles | cost time who | n: five, twenty
        *descale a kettle = remove limescale from a kettle ~ repair a kettle | cost time why when
        *strip wallpaper = take old wallpaper off the wall ~ choose wallpaper ~ hang wallpaper | cost time who
    """,
    why="""
        my fridge | hum = give off a low hum ~ leak | at night = during the night ~ in the daytime
        my car | pull to the left = drift to the left ~ pull to the right | when I brake = whenever I brake ~ when I accelerate
        the radiator | stay cold = remain cold ~ get too hot | at the top = in its upper part ~ at the bottom
        *my lawnmower | stall = cut out ~ smoke | on wet grass = when the grass is wet ~ on slopes
    """,
    versus="""
        a petrol car | a diesel car | cheaper to run | more expensive to run
        wooden windows + | plastic windows + | more durable | less durable
        *gravel | concrete | quicker to lay | slower to lay
    """,
    roles="""
        the plumber ~ the landlord ~ the tenant | call, help, threaten, thank, avoid | during the repairs = while the repairs were going on ~ after the repairs
        *the carpenter ~ the roofer | overcharge, hire | last autumn = in the autumn of last year ~ last spring
    """,
    cause="""
        a noisy boiler | low water pressure
        a worn tyre | a wobbly wheel
        *subsidence | a cracked foundation
    """,
    quantity="""
        old houses | contain asbestos = have asbestos in them
        licensed electricians | offer a guarantee = guarantee their work
        *older heat pumps | freeze in winter = ice up in winter
    """,
    order="""
        sand the door | paint the frame
        turn off the water | remove the tap
        *varnish the floor | move the furniture in
    """,
    events="""
        the landlord ~ the insurance company | replace the heating ~ inspect the heating | replacement of the heating ~ inspection of the heating
        the council ~ the builder | widen the path ~ close the path | widening of the path ~ closure of the path
        *the surveyor ~ the architect | reject the design ~ revise the design | rejection of the design ~ revision of the design
    """,
    sets="""
        Who pays for a broken window, the tenant or the landlord? = If a window breaks, does the landlord or the tenant have to pay? = Is it the tenant or the landlord who pays for a broken window? ~ Who pays for heating, the tenant or the landlord? ~ Who repairs a broken window, a glazier or a carpenter?
        How often should I change the oil in my {e}? = At what intervals does the oil in my {e} need changing? = How frequently does my {e} need an oil change? ~ Which oil should I use in my {e}? | e: car, motorbike
        Can I drill into a wall {g} knowing where the cables are? = Is it safe to drill into a wall {g} knowing where the cables run? = Is it all right to drill into a wall {g} a plan of the cables? | g: without, with
        What is the best glue for {e}? = Which glue should I use on {e}? = What kind of glue works well with {e}? ~ How do I get glue off {e}? | e: leather, glass, hard plastic
        *Do I need a permit to build a shed? = Is a permit required for a shed? = Must I ask for permission before I put up a shed? ~ Do I need a permit to knock down a shed? ~ Do I need tools to build a shed?
    """,
)
EVENTS = tell(
    "repairs",
    captions="""
        a plumber ~ a (worried) landlady ~ an (elderly) tenant | point at ~ help | | in a flooded cellar = in a cellar full of water ~ on a staircase
        *a (red) tractor ~ a van ~ a digger | tow ~ block | | on a muddy lane ~ beside a ditch
        a man = a guy ~ a (young) woman = a (young) lady | repair = fix ~ wash = clean | a (red) bicycle = a (red) bike ~ a (rusty) car | in a garage ~ at the roadside = at the side of the road
        two workers + = two workmen + ~ a roofer | replace ~ carry | some (broken) tiles + ~ a (wooden) beam | on the roof of a barn ~ in a courtyard
        a (young) couple ~ an (old) man | paint ~ wipe = wipe down | a (wooden) table ~ a (garden) bench | on a balcony ~ in a courtyard
        a plumber ~ a (helpful) neighbour | replace ~ inspect = examine ~ saw through | a (copper) pipe ~ a (wooden) board | under a sink ~ in a bathroom
        *a locksmith ~ a burglar | examine = inspect ~ drill open | a (front) door lock = the lock of a (front) door ~ a (steel) safe | in the dark ~ in broad daylight
        *a gardener ~ a girl with braids | rake up = rake together ~ carry away | some (dry) leaves + ~ some (cut) grass | behind a greenhouse ~ on a lawn
    """,
    reports="""
        the landlord ~ the builder ~ the neighbour | threaten ~ pay | | in the spring ~ after the flood = following the flood
        *the glazier ~ the decorator | swindle ~ recommend | | in Bristol ~ last winter
        firefighters + = fire crews + ~ neighbours + | put out = extinguish ~ notice | a (large) fire = a (large) blaze ~ a burning car | in the harbour district ~ behind a block of flats = behind an apartment block
        a storm = strong winds + ~ a (runaway) lorry = a (runaway) truck | damage ~ destroy | three (small) shops + ~ a bus shelter | in the north ~ early on Friday = in the early hours of Friday
        *engineers + ~ volunteers + | restore ~ tear down = demolish | the clock tower ~ the water mill | within a year ~ in the old quarter
        the (local) council ~ a charity | renovate = do up ~ demolish = knock down | the (derelict) windmill ~ the (Victorian) bathhouse | last month ~ despite complaints from residents = in spite of complaints from residents
    """,
)
STATEMENTS = say(
    "repairs",
    """
        The washing machine broke down in the middle of a wash. = In the middle of a wash the washing machine stopped working. = The washing machine gave up halfway through a wash. | The washing machine broke down. | The washing machine works again. ~ The dishwasher broke down in the middle of a wash. | We bought the washing machine second-hand. ~ The washing machine stands in the cellar.
        It took the electrician {n} hours to find the fault. = The electrician needed {n} hours to find the fault. = Only after {n} hours did the electrician find the fault. | The electrician found the fault. | The electrician could not find the fault in {n} hours. ~ It took the plumber {n} hours to find the leak. | The electrician charges by the hour. ~ The fault was in the wiring. | n: two, five
        The roof leaks when it rains. = Whenever there is rain, water comes through the roof. = Rain gets in through the roof. | The roof leaks. | The roof no longer leaks when it rains. ~ The window leaks when it rains. | The roof was painted red. ~ It rained on our picnic.
        The lift has been out of order for {n} weeks. = For {n} weeks nobody has been able to use the lift. = It is {n} weeks since the lift broke down. | The lift is out of order. | The lift was repaired {n} weeks ago. ~ The heating has been out of order for {n} weeks. | The lift holds six people. ~ We take the stairs to stay fit. | n: two, three
        *He sharpened the axe before he chopped the wood. = Before chopping the wood, he sharpened the axe. = He chopped the wood after he had sharpened the axe. | He sharpened the axe. | He broke the axe when he chopped the wood. ~ He sharpened the scythe before he mowed the grass. | He stacked the wood in the shed. ~ The axe belonged to his grandfather.
    """,
)
