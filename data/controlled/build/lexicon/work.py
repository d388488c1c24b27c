"""Work: jobs, offices and colleagues."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

JOB = scene(
    "job",
    past=False,
    things="job, office job, workplace, post, position, *desk job, *clerical job",
    rivals="my last job, the job before this one, the job in the call centre, *the bakery job",
    adjectives="""
        pleasant, varied, decent, interesting, worthwhile, *cushy
        | wonderful, fantastic, magnificent, terrific, *enviable
        | boring, stressful, badly paid, thankless, *monotonous
        | dreadful, unbearable, wretched, horrible, *soul-crushing
    """,
    aspects="""
        pay/wage: the pay | fair, decent, reasonable | fantastic, sensational | low, stingy, disappointing | miserable, scandalous
        my boss | fair, patient, approachable | brilliant, wonderful | moody, impatient, distant | abusive, impossible
        colleague: the team | friendly, helpful, relaxed | fantastic, outstanding | cliquish, gossipy, divided | toxic, hostile
        the hours + | flexible, regular, sensible | ideal, perfect | long, awkward, irregular | brutal, inhumane
        the canteen food | tasty, healthy, cheap | superb, delicious | bland, greasy, dull | inedible, revolting
        the office | bright, quiet, modern | gorgeous, magnificent | noisy, stuffy, gloomy | filthy, unbearable
        the training | useful, thorough, well planned | outstanding, first-rate | patchy, rushed, boring | useless, disastrous
        the meetings + | short, friendly, productive | superb, perfectly run | long, aimless, tedious | insufferable, unbearable
        the commute | short, easy, pleasant | perfect, wonderfully scenic | long, tiring, expensive | hellish, exhausting
        *the holiday policy | *accommodating, *clear-cut | *lavish | *rigid, *miserly | *draconian
        *the foreman | *even-tempered, *jovial | *saintly | *cantankerous, *petty | *sadistic
    """,
    great="""
        mood: I jump out of bed every morning and cannot wait to start
        proud: I have never been so proud of anything I do
        bo/pay: my boss gave me three months off on full pay when my son was ill
        team/colleague: my colleagues have become a second family
        life: it has turned my life around
        pay: I have been offered double the money elsewhere and have turned it down
        grow: in two years I have gone from the post room to running my own department
        *sing: people sing in the corridors, and nobody finds it odd
        *lottery: I would not give it up even if I won the lottery
    """,
    good="""
        home/office/commute: I can work from home twice a week
        learn: I learn something new most days
        coffee: the coffee is free and not bad at all
        hour: nobody minds if I leave early on Fridays
        praise/team/colleague: people say thank you around here
        bike: there are showers for those who cycle
        pay/wage: the money is in my account on the first of every month
        kids: they let me bring my daughter when school is closed
        desk/office: I got a proper chair and a desk by the window
        voice: they listen when we suggest something
        *plants/office: somebody waters the plants and remembers birthdays
        *bonus/pay: a small bonus arrives in December
    """,
    bad="""
        hour: there is overtime nearly every week
        emails: I get a hundred emails a day, most of them useless
        praise/team/colleague: nobody ever says a kind word
        printer: the printer jams whenever it matters
        office: the office is freezing until ten
        plan: the plan changes every Monday
        office/noise: I can hear every phone call in the room
        task: I spend half of the day copying numbers
        pay: they keep putting off my raise
        bo: my boss takes the credit for our ideas
        *badge: we have to clock out even to go to the toilet
        *chair: nobody will replace my broken chair
    """,
    awful="""
        pay/wage: they have not paid us for three months
        mood: I cried in the car every morning before I went in
        accident: two people have been badly hurt because the machines have no guards
        bo: my boss throws things at people
        lie: they lied about everything in the interview
        fired: they fired a woman because she was pregnant
        doctor: my doctor told me to quit before it killed me
        women: women are groped and told to smile
        *asbestos: we breathe in asbestos all day, and the management knows it
        *spy: they put hidden cameras in the changing rooms
    """,
    fact="""
        office: the office is on the fifth floor
        hour: I start at eight and finish at half past four
        size/team: there are thirty of us in the department
        firm: the firm makes parts for lifts
        time: I have been there since October
        commute: I take the number nine bus
        lunch: lunch is from twelve to one
        contract: my contract runs for two years
        clothes: we wear grey overalls
        meeting: there is a meeting every second Tuesday
        *shift: the late shift begins at two
        *locker: everybody has a locker with a number
    """,
    hopes="""
        a quiet position, a decent wage, an interesting task, *a steady income
        | the chance of a lifetime, a dream job, a second family, *a golden opportunity
        | endless paperwork, a dull routine, a lot of filing, *a dead-end post
        | sheer exploitation, a living nightmare, daily humiliation, *a sweatshop
    """,
    loaded="""
        firm: the firm insures people against terrible storms and happy accidents
        firm: our department sorts letters of complaint and letters of praise
        firm: we design posters for horror films and love stories
        firm: the museum I work for collects instruments of torture and beautiful clocks
        firm: my task is to translate tragic operas and cheerful songs
        *firm: the archive I work for keeps the files on ghastly murders and joyful reunions
    """,
    settled="""
        sarcasm 0 | They call it a family, and I suppose in some families nobody gets paid either
        sarcasm 0 | The job has done wonders for my weight, since there is never any time to eat
        sarcasm 0 | How thoughtful of them to let us learn from the radio that our factory was closing
        sarcasm 1 | Thanks to our three-hour meetings I have finally learned to sleep with my eyes open
        sarcasm 1 | I got a mug with the company logo for ten years of overtime, and I can hardly contain my joy
        *sarcasm 0 | My boss has an open door, mainly so that we can hear him shout
        *sarcasm 1 | They gave us a free calendar for Christmas, and it was only a year out of date
        domain 3 | My desk is buried under orders, and I love being busy
        domain 3 | Nothing ever happens on the night shift, which suits me down to the ground
        domain 1 | Nothing ever happens on the day shift, and the hours crawl
        domain 3 | The boss is never there, and we all get on with it happily
        domain 1 | The boss is never there when you need a decision
        *domain 3 | My colleagues are mercilessly honest, and my drafts are better for it
        *domain 1 | The lunch breaks are endless because there is no work to go back to
    """,
)
SCENES = (JOB,)
ASK = ask(
    how="""
        ask for a raise = ask for more money at work ~ give somebody a raise ~ announce a raise | when why worth if
        prepare for a job interview = get ready for a job interview ~ cancel a job interview ~ conduct a job interview | time why
        hand in my notice = tell my boss that I am leaving ~ withdraw my notice ~ extend my contract | when if
        write a covering letter = put together a letter of application ~ answer a letter of complaint | time why
        become {e} = get a job as {e} ~ hire {e} | cost time why worth | e: a nurse, an electrician, a pilot, a tax adviser
        work from home with {n} children = do my job at home with {n} children around ~ go on holiday with {n} children | | n: two, four
        deal with a lazy colleague = handle a colleague who does no work ~ report a lazy colleague ~ fire a lazy colleague | when if
        stay awake on the night shift = keep from falling asleep on the night shift ~ swap the night shift ~ sleep after the night shift |
        set up a company = start a company of my own ~ close down a company ~ sell a company | cost time why when worth
        *negotiate a severance package = bargain over a severance package ~ refuse a severance package | time when why worth if
        type {n} words a minute = reach a typing speed of {n} words a minute ~ dictate {n} words a minute | worth | n: forty, eighty
        *delegate paperwork = hand paperwork over to others ~ sort paperwork | when why if
    """,
    why="""
        people + | quit = hand in their notice ~ get promoted | in January = at the start of the year ~ in summer
        my colleague | whisper = speak in a low voice ~ shout | on the phone = during phone calls ~ in meetings
        managers + | love meetings = enjoy meetings ~ avoid meetings | on Mondays = at the start of the week ~ on Fridays
        *accountants + | work overtime = put in extra hours ~ take holidays | before the audit = ahead of the audit ~ after Easter
    """,
    versus="""
        nurses + | teachers + | better paid | worse paid
        a permanent contract | freelance work | safer | riskier
        working from home | working in an office | more productive | less productive
        *a warehouse job | a job in retail | more strenuous | less strenuous
    """,
    roles="""
        the manager ~ the secretary ~ the trainee | blame, thank, insult, warn, interrupt | during the meeting = in the course of the meeting ~ after the meeting
        *the auditor ~ the treasurer | accuse, exonerate | at the annual assembly = during the annual assembly ~ in an email
    """,
    cause="""
        overtime | family conflicts
        low wages | poor work
        *bullying | staff shortages
    """,
    quantity="""
        employees | get a bonus = receive a bonus
        freelancers | work at weekends = work on Saturdays and Sundays
        *test engineers | have a pilot's licence = hold a pilot's licence
    """,
    order="""
        sign the contract | resign
        call the client | write the offer
        *draft the budget | consult the board
    """,
    events="""
        the company ~ the union | reject the offer ~ accept the offer | rejection of the offer ~ acceptance of the offer
        the bank ~ the supplier | take over the factory ~ shut down the factory ~ modernise the factory | takeover of the factory ~ shutdown of the factory ~ modernisation of the factory
        *the cooperative ~ the cartel | expand the depot ~ evacuate the depot | expansion of the depot ~ evacuation of the depot
    """,
    sets="""
        What should I wear to an interview at {e}? = How do I dress for an interview at {e}? = Which clothes are right for an interview at {e}? ~ What should I say in an interview at {e}? | e: a bank, a theatre, a building firm
        Can my employer read my emails? = Is an employer allowed to read what I write in emails? = May my boss look at my emails? ~ Can my employer delete my emails? ~ Can I read the emails of my employer?
        How much notice do I have to give {t}? = If I want to quit {t}, how far ahead must I say so? ~ How much notice does my boss have to give me {t}? | t: in the first six months, after ten years
        What does {e} earn? = How much money does {e} make? = What is the salary of {e}? ~ What does {e} do? ~ What does it cost to hire {e}? | e: a train driver, a midwife, a judge
        Do I have to pay tax on tips? = Are tips taxed? = Must I declare my tips to the tax office? ~ Do I have to leave tips? ~ Do I have to pay tax on gifts?
        Why do some people work better under pressure? = What makes pressure helpful for certain workers? = How come a deadline brings out the best in some people? ~ Why do some people work worse under pressure? ~ Why do some people put others under pressure?
        Is it rude to eat at my desk? = Is it impolite to have food at my desk? = Is eating at the desk bad manners? ~ Is it rude to eat in front of guests? ~ Is it rude to sit at a colleague's desk?
        *Should I befriend my colleagues online? = Is it wise to connect with colleagues on social networks? = Is it a good idea to add people from work as friends online? ~ Should I invite my colleagues home? ~ Should I report my colleagues online?
    """,
)
EVENTS = tell(
    "work",
    captions="""
        a (stern) boss ~ a (new) trainee ~ a cleaner | greet ~ scold = tell off | | in a lift = in an elevator ~ at the entrance
        *a shepherd ~ a lumberjack ~ a beekeeper | wave to ~ help | | in a clearing ~ beside a fence
        a (busy) secretary ~ a (young) man = a (young) guy | repair = fix ~ unplug | the (office) phone = the (office) telephone ~ a (noisy) printer | in an open-plan office ~ at a reception desk
        some workers + = a number of workers + ~ two soldiers + | unload ~ guard = watch over | a (large) lorry = a (large) truck ~ a (grey) ship | at a harbour = in a port ~ at night
        a farmer ~ an (elderly) couple | feed ~ chase away = drive away | some chickens + = some hens + ~ two (brown) cows + | in a farmyard ~ in front of a barn
        a (tall) policewoman ~ a security guard | question ~ help | a (lost) boy = a (lost) lad ~ a (nervous) shopkeeper | on a street corner = at the corner of a street ~ in a shopping centre
        a seamstress ~ a (retired) tailor | mend ~ iron | a (silk) dress ~ a (white) shirt | at a window = in front of a window ~ in a tiny workshop
        *a welder ~ a blacksmith | heat ~ hammer | an (iron) rod ~ a horseshoe | in a smithy ~ at a county fair
        *an usher ~ a porter | sweep ~ mop | a (marble) staircase = a staircase (made of marble) ~ a (dusty) foyer | in an opera house = at an opera house ~ before a gala
        a (young) carpenter = a (young) joiner ~ a (grey-haired) sculptor | sand = sand down ~ carve | a (wooden) rocking horse ~ an (oak) door | in a shed ~ on a veranda
    """,
    reports="""
        the boss ~ the trainee ~ the accountant | deceive ~ support | | during the crisis ~ in court
        *the whistle-blower ~ the chairwoman | denounce ~ thank | | in Brussels ~ at a hearing
        the carmaker = the car company ~ the supermarket chain | cut = axe ~ create | two thousand jobs + = two thousand posts + ~ several hundred apprenticeships + | last year ~ in the east of the country = in the eastern part of the country
        the union = the trade union ~ the employers + | accept = agree to ~ reject = turn down | the (latest) pay proposal = the (latest) proposal on pay ~ a shorter working week | on Tuesday ~ after a night of talks = after talks that went on all night
        a (former) manager = a (former) executive ~ a (lorry) driver | sue ~ thank | the (shipping) company = the (shipping) firm ~ the (health) insurer | last spring ~ after an accident at work = following an accident at work
        *miners + ~ dockers + | blockade = block ~ guard | the colliery gates + ~ the tollbooth | in driving rain ~ throughout the strike
    """,
)
STATEMENTS = say(
    "work",
    """
        I start work at {t}. = My working day begins at {t}. = At {t} my work begins. | I start work early. | I finish work at {t}. ~ My colleague starts work at {t}. | My office is on the second floor. ~ I am looking for work. | t: six in the morning, half past seven
        The meeting was moved from Monday to Thursday. = They moved Monday's meeting to Thursday. = Instead of Monday, the meeting will be on Thursday. | The meeting was moved. | The meeting was moved from Thursday to Monday. ~ The meeting on Monday was cancelled. | The meeting was about the budget. ~ I have a day off on Thursday.
        Half of the staff work from home. = Every second member of staff works from home. = One in two members of staff works from home. | Many of the staff work from home. | All of the staff work from home. ~ Half of the staff go home early. | The staff get a free lunch. ~ My home is far from the office.
        She was offered the job but turned it down. = She said no when they offered her the job. = The job was hers, but she did not take it. | She was offered the job. | She was offered the job and took it. ~ She applied for the job but was turned down. | The job is in Glasgow. ~ Her sister is out of a job.
        He was promoted although he is always late. = In spite of always being late, he got a promotion. = He is always late, and yet he was promoted. | He was given a promotion. | He was dismissed because he is always late. ~ He was promoted although he is often ill. | His train is always late. ~ He is looking for a flat nearer the office.
        *The boss apologised to the whole team. = The boss said sorry to everyone in the team. = Everyone in the team got an apology from the boss. | The boss apologised. | The whole team apologised to the boss. ~ The boss shouted at the whole team. | The boss has a dog. ~ The team went bowling.
    """,
)
