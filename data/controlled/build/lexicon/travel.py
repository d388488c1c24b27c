"""Travel: nights in a hotel, and a journey by train."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

HOTEL = scene(
    "hotel",
    past=True,
    things="hotel, guest house, hostel, bed and breakfast, country hotel, *mountain lodge, *beach resort",
    rivals="the place we stayed in last year, the hotel across the road, the hostel down the road, *the inn by the harbour",
    adjectives="""
        comfortable, pleasant, quiet, friendly, spotless, *snug
        | fabulous, wonderful, superb, luxurious, *heavenly
        | noisy, shabby, gloomy, overpriced, *run-down
        | disgusting, horrible, filthy, dreadful, *rat-infested
    """,
    aspects="""
        the room | bright, spacious, tidy | gorgeous, immaculate | dark, cramped, stuffy | filthy, disgusting
        sleep: the bed | comfortable, firm, roomy | heavenly, blissful | hard, narrow, lumpy | unbearable, infested with bedbugs
        the breakfast | varied, fresh, generous | magnificent, sensational | meagre, stale, dull | inedible, shameful
        the staff + | friendly, helpful, patient | outstanding, extraordinarily kind | grumpy, slow, unhelpful | hostile, abusive
        the view | pretty, charming, pleasant | stunning, breathtaking | dreary, gloomy, blocked by a car park | appalling, depressing beyond words
        shower: the bathroom | clean, modern, tidy | luxurious, magnificent | cold, tiny, worn | revolting, mouldy from floor to ceiling
        the location | handy, central, peaceful | ideal, unbeatable | remote, inconvenient, noisy | dreadful, frankly dangerous
        the pool | clean, warm, inviting | glorious, magnificent | small, chilly, crowded | disgusting, green with slime
        the furniture | solid, comfortable, tasteful | exquisite, gorgeous | shabby, stained, wobbly | filthy, disgusting
        *the sauna | *sizeable, *well kept | *blissfully hot | *poky, *musty | *rancid
        *the garden | *fragrant, *leafy | *idyllic | *unkempt, *overgrown | *strewn with rubbish
    """,
    great="""
        leave: it was so lovely that we never wanted to leave
        host/staff: the host drove us to the hospital in the middle of the night and waited with us
        room: they gave us the best room in the house for nothing
        view/bed: we watched the sun rise over the lake from our bed
        best: it was easily the best place we have ever stayed in
        sleep/bed/noise: I slept better than I have in years
        wedding: they turned our wedding night into something out of a fairy tale
        detail: every last detail had been thought of with love
        *dolphin/view: we saw dolphins from the breakfast table every morning
        *gem: nothing in the brochure prepared us for how lovely it was
    """,
    good="""
        checkin: we checked in within two minutes
        towels: there were fresh towels every day
        location: the bus to the beach stopped right outside
        tea/room: there was a kettle and decent tea in the room
        wifi: the wireless worked everywhere
        bags/staff: they looked after our bags until the evening
        map/staff: the porter drew us a map of his favourite cafes
        noise/location: the street was quiet at night
        shower/bathroom/water: the shower had plenty of hot water
        bikes: they lent us bicycles for free
        dog: they put out a bowl of water for our dog
        *balcony: we could eat our supper on the balcony
        *lift: the new lift made things easy for my grandmother
    """,
    bad="""
        noise/location/sleep: the disco downstairs went on until two
        shower/bathroom/water: the shower never got properly warm
        wifi: the wireless dropped out every evening
        lift: the lift was out of order all week
        checkin: we queued for half an hour to check in
        window: the window would not close
        carpet/room: the carpet had seen better days
        breakfast: the breakfast coffee ran out by eight
        fees: they wanted extra money for the safe
        curtain: the curtains let in the street light
        towels: we got one towel between the two of us
        *tap/water/shower/bathroom: the tap dripped all night
        *key: the key card stopped working twice a day
    """,
    awful="""
        bugs/bed/sleep: we woke up covered in bites
        theft/room: somebody stole our passports from the room
        room/leave: they had given our room away and sent us out into the rain at midnight
        water/shower/bathroom/tap: there was no running water for three days
        host/staff: the owner screamed at us in front of the children
        ceiling/bed: part of the ceiling came down on the bed
        smell/room: the whole room stank of sewage
        refund/room: they lost our booking and kept our money
        leave/sleep/night/breakfast/week: we left in the middle of the night and slept in the car
        *rat: a rat had got into the suitcase
        *fire: the fire exit was chained shut
    """,
    fact="""
        floor/room: our room was on the third floor
        location: it is twenty minutes from the old town on foot
        rooms: it has sixty rooms on four floors
        stay/night/leave: we stayed for three nights in March
        breakfast: breakfast is served from seven to ten
        desk: the front desk is open around the clock
        parking: there is a car park behind the building
        built: the house was built as a school in the twenties
        view/location: the window looked out on the station
        checkout: guests have to leave their rooms by eleven
        family: the same family also owns the bakery opposite
        *keys: keys are handed back at a small kiosk
        *tax: the city tax is collected on arrival
    """,
    hopes="""
        a clean bed for the night, a restful weekend, a friendly welcome, *a cosy hideaway
        | a paradise, a palace, the holiday of a lifetime, *a fairy-tale castle
        | a building site, a dull weekend, a dark little room, *a broom cupboard
        | a nightmare, a bed full of insects, a mouldy cellar, *a flooded basement
    """,
    loaded="""
        the house stands on the spot where a terrible battle was won
        guests can book a tour of the horrible old dungeon under the lovely castle nearby
        the hotel bar is named after a beautiful spy who betrayed her best friend
        the road to the village passes the scene of a tragic train crash
        the brochure lists an ugly duckling pond and a lake of tears among the sights
        *the inn lies between the valley of sorrow and the peak of delight
    """,
    settled="""
        sarcasm 0 | Lovely of them to let the builders start drilling at six, I might have overslept on my holiday
        sarcasm 0 | The sea view is real, provided you bring a ladder and a telescope
        sarcasm 0 | I can warmly recommend the car park, where we finally got some sleep
        sarcasm 1 | What luck to have a room right above the kitchen, you always know what is for dinner
        sarcasm 1 | The gym is ideal for anyone who owns a bicycle pump and has very low standards
        *sarcasm 0 | The brown water from the tap was a charming touch, like bathing in tea
        domain 3 | The nights there are so quiet that you can hear the owls
        domain 1 | The telephone at the desk was so quiet that nobody heard it, least of all the porter
        domain 3 | The mattress was as hard as I need it for my back
        domain 1 | The pillow was as hard as a brick
        domain 3 | The corridors smell of fresh bread in the morning
        domain 1 | The wardrobe smells of old fish
        *domain 3 | The swimming lake was freezing, and that is exactly why we had come
        *domain 1 | The dining hall was freezing, and we ate in our coats
    """,
)
TRAIN = scene(
    "train",
    past=True,
    things="journey, trip, train ride, ride, train journey, *railway tour, *rail holiday",
    rivals="the flight, the long drive, last year's trip, *the ride on the night bus",
    adjectives="""
        smooth, pleasant, relaxing, comfortable, easy, *leisurely
        | magnificent, unforgettable, glorious, wonderful, *enchanting
        | tiring, tedious, bumpy, expensive, *wearisome
        | hellish, horrendous, chaotic, nightmarish, *gruelling
    """,
    aspects="""
        the seats + | comfortable, roomy, soft | luxurious, wonderful | hard, narrow, worn | broken, disgusting
        staff: the conductor | friendly, helpful, calm | wonderful, incredibly kind | grumpy, impatient, unhelpful | abusive, unbearable
        the scenery | pretty, varied, green | spectacular, stunning | dull, flat, drab | hideous, utterly depressing
        the toilets + | clean, roomy, well kept | spotless | cramped, wet, smelly | revolting, filthy beyond belief
        time: the timetable | clear, convenient, sensible | perfect | confusing, inconvenient, unreliable | useless, absurd
        coach: the carriage | quiet, warm, bright | splendid, immaculate | stuffy, crowded, cold | filthy, unbearably hot
        change/time: the connections + | easy, quick, well timed | perfect, flawless | tight, awkward, slow | hopeless, disastrous
        *the buffet car | *well stocked, *cheery | *sumptuous | *understocked, *pricey | *stinking
    """,
    great="""
        scenery: the view over the gorge took our breath away
        staff: the crew ran after us with my daughter's lost bear and saved our holiday
        best: it was the loveliest trip I have ever made
        dinner: dinner in the old dining car was pure magic
        scenery: crossing the pass in fresh snow was something I will never forget
        time/late: we arrived rested, early and blissfully happy
        *stars: lying under the glass roof and counting the stars was pure bliss
    """,
    good="""
        time/late: we arrived on the minute
        seat: we got two seats by the window
        noise/coach: the quiet coach really was quiet
        socket: there was a socket at every seat
        ticket: the ticket cost less than the petrol would have
        tea: a trolley came round with hot tea
        change: the change of trains took only five minutes
        bags: there was plenty of room for our bags
        *bike/staff: the guard helped me lift my bicycle on board
        *news: the driver told us all about the sights along the line
    """,
    bad="""
        time/late: we were an hour late
        seat: somebody was sitting in our reserved seats
        noise: a man behind us shouted into his phone for an hour
        heating/coach: the heating was stuck at its highest setting
        change/time/late: we missed our connection by a minute
        ticket: the ticket machine swallowed my money
        food: the only food left was a packet of crisps
        platform: they changed the platform at the last moment
        signal/late/time: we stood outside the station for ages
        *draught: an icy draught came through the door
        *child: nobody would make room for the pushchair
    """,
    awful="""
        stuck/time: we were stuck in a tunnel for five hours without light or water
        cancel/time/late: they cancelled the last train and left us on the platform overnight
        luggage: our luggage was lost and never found
        ill: several passengers fainted in the heat and nobody came
        staff: the guard threw a pregnant woman off the train
        miss/time/late: we missed the wedding because of it
        *smoke: the coach filled with smoke and the doors would not open
    """,
    fact="""
        stops: the train stopped in nine towns
        time: we left at ten past seven
        coach: our seats were in coach four
        route: the line follows the river for most of the way
        ticket: we had bought our tickets in January
        change: we changed trains twice
        people: there were eight of us in the compartment
        bridge: the bridge is more than a hundred years old
        border: the passports were checked at the border
        *gauge: the wheels are swapped where the gauge changes
    """,
    hopes="""
        a quiet ride, a smooth run, a pleasant day out, *an easy afternoon
        | the trip of a lifetime, pure magic, a day to treasure, *a grand adventure
        | a long delay, a crowded carriage, a tiring day, *a dreary slog
        | total chaos, a night on a cold platform, the worst day of our holiday, *an ordeal
    """,
    loaded="""
        the line was opened in the year of the great fire
        the train is called the beautiful stranger and crosses the desert of bones
        the guide talked about a horrible crash that happened there in 1911
        *the line passes the mountain of despair before it reaches the bay of joy
    """,
    settled="""
        sarcasm 0 | Three hours in a dark tunnel with strangers, and they did not even charge extra for it
        sarcasm 0 | Well done to the railway for teaching my children the meaning of the word never
        sarcasm 1 | The train was only fifty minutes late, which is practically a record for this line
        *sarcasm 0 | I am grateful for the cancellation, since I had always wanted to get to know that bus shelter
        domain 3 | It was a slow train, and we saw every lamb and every apple tree
        domain 1 | The ticket office was slow, and we saw our train leave
        *domain 3 | The old carriages creaked in the most romantic way
    """,
)
SCENES = (HOTEL, TRAIN)
ASK = ask(
    how="""
        book a flight to {e} = reserve a seat on a plane to {e} ~ cancel a flight to {e} | cost when | e: Oslo, Rome, Boston, Lima
        get from the airport to the city centre at night = reach the city centre from the airport after dark ~ get from the city centre to the airport at night ~ find a hotel near the airport at night | cost time
        travel with a dog on a train = take a dog along on a train journey ~ train a dog for a journey ~ travel without my dog | cost worth
        pack for {n} days with hand luggage only = fit clothes for {n} days into a cabin bag ~ find a hotel for {n} days | time | n: three, ten
        extend a tourist visa = get a longer tourist visa ~ cancel a tourist visa ~ apply for a tourist visa | cost time who when if
        get over jet lag = recover from jet lag ~ prevent jet lag |
        rent a car without a credit card = hire a car when I have no credit card ~ buy a car without a credit card ~ rent a car with a credit card | cost
        *trek through the desert = cross the desert on foot ~ drive through the desert | cost time worth
        *insure my luggage = take out insurance for my luggage ~ weigh my luggage | cost why worth if
    """,
    why="""
        flights + | cost more = get more expensive ~ get cancelled | in August = during August ~ in March
        my ears + | hurt = ache ~ ring | when the plane lands = during landing ~ when the plane takes off
        *ferries + | run late = fall behind schedule ~ turn back | in fog = when it is foggy ~ in a storm
    """,
    versus="""
        the night train | the plane | cheaper | more expensive
        the south of Italy | the north of Italy | hotter | cooler
        *a rucksack | a suitcase | more practical | less practical
    """,
    roles="""
        the guide ~ the tourist ~ the driver | follow, warn, lose, help, photograph | on the way to the castle = during the trip to the castle ~ on the way back from the castle
        *the flight attendant ~ the pilot | reassure, greet | before departure = before take-off ~ after arrival
    """,
    cause="""
        rising rents | a housing shortage
        heavy traffic | accidents
        *flight delays | crowded terminals
    """,
    quantity="""
        hotels in the old town | allow dogs = let guests bring a dog
        night trains | have showers = offer their passengers a shower
        *small embassies | close at noon = shut at midday
    """,
    order="""
        book the hotel | buy the flight
        pack my bags | check in online
        *get vaccinated | apply for the visa
    """,
    events="""
        the airline ~ the airport | cancel the route ~ extend the route | cancellation of the route ~ extension of the route
        the railway ~ the state | renovate the station ~ demolish the station | renovation of the station ~ demolition of the station
        *the consulate ~ the embassy | refuse the permit ~ renew the permit | refusal of the permit ~ renewal of the permit
    """,
    sets="""
        What is the best month to visit {e}? = When should I travel to {e}? = At what time of year is {e} at its best? ~ What is the worst month to visit {e}? ~ How many people visit {e} every month? | e: Iceland, Morocco, Vietnam
        Do I need a visa for {e} if I stay {t}? = Is a visa required for a stay of {t} in {e}? = Must I apply for a visa if I spend {t} in {e}? | e: Brazil, India | t: less than a week, two months
        How many days do I need for {e}? = How long should I stay to see {e} properly? = What is the right length of stay for {e}? ~ How many days does the train to {e} take? | e: Venice, Edinburgh, Istanbul
        Is it safe to drink the tap water in {e}? = Can visitors drink water from the tap in {e}? = Is the tap water in {e} clean enough to drink? ~ Is it expensive to drink bottled water in {e}? | e: Mexico, Greece
        *What should I do if my passport is stolen abroad? = My passport has been stolen in a foreign country, so what now? = How should one react to the theft of a passport abroad? ~ What should I do if I find a stolen passport abroad? ~ What should I do if my passport expires abroad?
    """,
)
EVENTS = tell(
    "travel",
    captions="""
        a (tired) tourist ~ a (friendly) policeman ~ a street seller | help ~ photograph = take a picture of | | in a market square ~ outside a station = in front of a station
        *a (brown) camel ~ a donkey ~ a mule | follow ~ nudge | | on a dusty track ~ near a well
        a (tired) traveller ~ a (young) couple | pack ~ unpack | a (heavy) suitcase ~ two (blue) backpacks + = two (blue) rucksacks + | in a hotel room ~ on a station platform = on the platform of a station
        some passengers + ~ two sailors + | board = get on ~ leave = get off ~ photograph = take a picture of | a (small) plane = a (small) aircraft ~ a (white) ferry | in heavy rain = in pouring rain ~ at sunrise
        a man ~ two girls + ~ three hikers + | cross ~ photograph | a (frozen) river ~ a (narrow) stream = a (narrow) brook | in the mountains ~ near a village
        a (lone) cyclist ~ a taxi driver | pass = go past ~ point at | an (old) castle = an (old) fortress ~ a (stone) church | on a sunny day = in bright sunshine ~ in the evening
        *an old sailor ~ a fisherman | mend = repair ~ fold | a (torn) sail ~ a (green) net | on a quay ~ in a boatshed
        *a (street) musician ~ a beggar | annoy ~ entertain | some commuters + ~ a tour group | beside an escalator ~ at a ticket barrier
    """,
    reports="""
        the guide ~ the hiker ~ the park ranger | rescue = save ~ track down | | in the national park ~ during the thunderstorm
        *the smuggler ~ the customs agent | bribe ~ outwit | | on the ferry = aboard the ferry ~ in Gibraltar
        the airline = the carrier ~ the airport | cancel ~ delay | two flights to the island + ~ the (new) night flight | during a storm ~ on Christmas Day
        rescuers + = a rescue team ~ hikers + | find = discover ~ save | two (missing) climbers + ~ a (missing) dog | near the summit = close to the summit ~ in a cave
        the city = the town council ~ the state | close ~ widen | the (old) bridge ~ the coastal road = the road along the coast | in the autumn = during the autumn ~ after a landslide
        *customs officers + ~ the coast guard | seize = confiscate ~ search | a (rusty) freighter ~ a (small) yacht | off the southern coast ~ outside the harbour
        a (Norwegian) adventurer ~ a (retired) engineer | explore ~ film | a (hidden) canyon ~ a (remote) glacier | in the Andes ~ in midwinter = in the middle of winter
    """,
)
STATEMENTS = say(
    "travel",
    """
        The train to {e} was {n} minutes late. = The train to {e} came {n} minutes after the scheduled time. = We had a delay of {n} minutes on the train to {e}. | The train to {e} was late. | The train to {e} was {n} minutes early. ~ The train from {e} was cancelled. | The train to {e} has a dining car. ~ {e} has a beautiful station. | n: ten, fifty | e: Leeds, Cologne
        She is afraid of flying. = Flying scares her. = She gets scared when she has to take a plane. | | She loves flying. ~ She is afraid of sailing. ~ Her husband is afraid of flying. | She works at the airport. ~ Flights were cheap this summer.
        We lost our way in the old town. = In the old town we got lost. = We could not find our way around the old town. | We lost our way. | We found our way through the old town without trouble. ~ We lost our bags in the old town. | The old town has narrow streets. ~ We bought a map of the old town.
        The hotel lost our booking, so we slept in the car. = We slept in the car because the hotel had lost our booking. = As the hotel had lost our booking, we spent the night in the car. | We slept in the car. | The hotel lost our booking, so it gave us its best suite. ~ We lost our car keys, so we slept at the hotel. | Parking at the hotel is free. ~ We chose the hotel for our honeymoon.
        *They crossed the island by bicycle. = They cycled from one end of the island to the other. = They got across the island by bike. | They crossed the island. | They crossed the island by bus. ~ They circled the island by boat. | They rented bicycles for their children. ~ The island is famous for its lighthouse.
    """,
)
