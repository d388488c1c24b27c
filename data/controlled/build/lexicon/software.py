"""Software: programs and apps."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

APP = scene(
    "app",
    past=False,
    things="app, program, tool, office app, piece of software, *office suite, *organiser",
    rivals="the old version, my old spreadsheet, the free version, *the built-in calendar",
    adjectives="""
        handy, solid, tidy, dependable, well-designed, *nimble
        | brilliant, indispensable, superb, ingenious, *game-changing
        | clumsy, slow, fiddly, confusing, *bloated
        | useless, unusable, disastrous, hopeless, *bug-ridden
    """,
    aspects="""
        the search | quick, accurate, clever | lightning fast, brilliant | slow, patchy, clumsy | useless, hopelessly broken
        the menus + | clear, tidy, logical | perfectly arranged, beautifully clear | cluttered, confusing, overloaded | incomprehensible, maddening
        the manual | clear, short, helpful | excellent, outstanding | vague, outdated, patchy | useless, incomprehensible
        support: the support team | friendly, quick, patient | fantastic, incredibly helpful | slow, evasive, overworked | rude, hopeless
        look: the interface | clean, simple, modern | gorgeous, delightful | dated, cluttered, fiddly | hideous, unusable
        the export | reliable, quick, flexible | flawless, brilliant | limited, awkward, slow | hopelessly broken, disastrous
        free: the price | fair, reasonable, modest | unbelievably low, sensational | steep, high, excessive | outrageous, scandalous
        startup: the startup time | short, acceptable, decent | astonishingly short, practically zero | long, annoying, tiresome | ridiculous, unbearable
        the reminders + | useful, discreet, well timed | invaluable, perfectly timed | annoying, intrusive, badly timed | maddening, utterly random
        *the privacy settings + | *transparent, *easy to find | *exemplary | *well hidden, *vaguely worded | *deceitful
        *the dark mode | *soothing, *gentle on the eyes | *stylish beyond words | *murky, *half-finished | *illegible
    """,
    great="""
        time: it saves me a full day every week
        life: I cannot imagine working without it any more
        files/data: it recovered a thesis that I thought was lost for ever
        colleague: the whole team at work fell in love with it within an hour
        best: I have tried them all, and nothing else comes close
        colleague: my blind colleague can use every part of it, which has changed her working life
        free/price/trial/money: it does more than programs that cost a thousand euros, and it is free
        *magic: I laughed out loud with joy the first time I used it
        *years: in six years it has never once let me down
    """,
    good="""
        install: it installs in a minute
        sync: it keeps my phone and my laptop in step
        offline: it works without a connection
        update: the updates come regularly and break nothing
        battery: it hardly touches the battery
        undo: you can undo every step
        keys: the keyboard shortcuts make sense
        files/import: it imported all my old files
        files/backup: it makes a copy of everything each night
        support: support answered me on the same day
        *fonts: the larger fonts are a relief for tired eyes
        *templates: the ready-made invoices save me a good deal of typing
    """,
    bad="""
        ads: it shows an advert every few minutes
        login: it forgets my password every week
        update/menu: the last update moved all the buttons
        battery: it drains the battery by noon
        sync: the notes take hours to reach my phone
        free/price/trial: the useful features stop after the trial
        menu: the setting I need is hidden four menus deep
        help/manual: the help pages describe an older version
        slow/files: it takes ages to open a large file
        email: it sends me three emails a day
        *scroll: the page jumps about while you scroll
        *fonts: the text is too pale to read outdoors
    """,
    awful="""
        files/data/backup: it deleted two years of photographs without a warning
        crash: it crashes every single time I press save
        free/price/money: they kept charging my card for a year after I had cancelled
        leak: it published my private address for everyone to see
        files/data/backup/support: I lost a week of work and nobody at the company cared
        virus: it filled my computer with junk that I could not remove
        support: support told me to buy a new computer and hung up
        *wipe: one wrong tap wiped the entire phone
        *thesis: it mangled my thesis on the night before the deadline
    """,
    fact="""
        systems: it runs on phones and on tablets
        size: the download is about eighty megabytes
        version: this is the fourth version since 2019
        company: the company has offices in two cities
        menu: the menus are available in nine languages
        colour: the new icon is blue instead of green
        account: you need an account to use it
        files: files are stored in a folder of their own
        year: I have had it on my phone since the spring
        free/price: there is a monthly plan and a yearly one
        *licence: the licence covers up to three devices
        *region: the servers stand in Norway
    """,
    hopes="""
        a handy little helper, a decent notebook, a solid piece of work, *a sensible companion
        | a revolution, the tool of my dreams, a stroke of genius, *a miracle cure
        | a glorified calculator, yet another to-do list, a clumsy imitation, *a half-baked demo
        | a disaster, a complete waste of time, a machine for losing files, *a digital nightmare
    """,
    loaded="""
        the sample file is a story about an evil wizard and a lovely fairy
        the app counts how often the words love and hate occur in your messages
        the editor marks words such as terrible and wonderful in different colours
        the error messages are listed under the heading fatal and the others under the heading harmless
        the program was named after a disastrous flood by its founder
        *the sample text deals with splendid queens and ghastly plagues
    """,
    settled="""
        sarcasm 0 | Such a considerate program: it crashes before you can waste any time on your work
        sarcasm 0 | If you enjoy typing the same thing four times, this is the tool for you
        sarcasm 0 | Brilliant update: now the only button that still works is the one for paying
        sarcasm 1 | It is so good of the app to ask me to rate it every single morning
        sarcasm 1 | I love how the save button moves to a new place every month; it keeps me young
        *sarcasm 0 | Congratulations on the new search, which finds everything except what I typed
        domain 3 | The battery lasts for ever with this app
        domain 1 | The loading screen lasts for ever
        domain 3 | The install file is tiny
        domain 1 | The letters on the screen are tiny
        domain 3 | You hardly notice that it is running
        domain 1 | You hardly notice any difference from the old version, except for the price
        *domain 3 | A wonderfully boring program that never surprises you
        *domain 1 | The undo history is short, about as short as my patience
    """,
)
SCENES = (APP,)
ASK = ask(
    how="""
        recover a deleted file = get back a deleted file ~ delete a file for good ~ hide a file | cost time who
        learn to program in {n} months = learn programming within {n} months ~ teach programming in {n} months | cost worth | n: three, six, twelve
        move my photos from an old phone to a new one = transfer my photos to a new phone from my old one ~ move my photos from a new phone to an old one ~ delete my photos from an old phone | time
        block unwanted calls = stop unwanted calls from getting through ~ make free calls ~ record unwanted calls | cost why if
        turn off automatic updates = stop the computer from updating itself ~ turn on automatic updates ~ speed up automatic updates | why when worth if
        back up my laptop = make a backup copy of my laptop ~ restart my laptop ~ sell my laptop | time why when
        print a page from my phone = make a printout of a page on my phone ~ scan a page with my phone | cost
        choose a strong password = think up a password that is hard to guess ~ remember a strong password ~ share a strong password |
        *encrypt a memory stick = protect a memory stick by encryption ~ empty a memory stick | time why if
        *scan a contract = turn a paper contract into a file ~ draw up a contract | cost time
    """,
    why="""
        my laptop | overheat = get too hot ~ crash | when I play games = during games ~ when it is charging
        my phone | lose its charge = run down ~ restart | overnight = while I sleep ~ during calls
        my screen | flicker = blink ~ go black | in the morning = early in the day ~ in the evening
        *my router | drop the connection = go offline ~ click | in bad weather = when the weather is bad ~ in the basement
    """,
    versus="""
        a tablet | a laptop | lighter | heavier
        the free version | the paid version | slower | faster
        *a touch screen | a keyboard | more convenient | less convenient
    """,
    roles="""
        the developer ~ the tester ~ the customer | contact, blame, thank, mislead, visit | after the launch = once the product was launched ~ before the launch
        *the administrator ~ the hacker | trace, fool | over the weekend = on Saturday and Sunday ~ on Wednesday
    """,
    cause="""
        a full disk | failed updates
        overheating | a weak battery
        *memory leaks | system freezes
    """,
    quantity="""
        free apps | show adverts = contain advertising
        smart watches | measure the pulse = keep track of the pulse
        *office printers | have a scanner = come with a scanner
    """,
    order="""
        make a copy of my files | install the update
        restart the router | call support
        *unplug the printer | change the cartridge
    """,
    events="""
        the company ~ the rival | buy the search engine ~ shut down the search engine | purchase of the search engine ~ shutdown of the search engine
        the developers ~ the users | revise the licence ~ defend the licence | revision of the licence ~ defence of the licence
        *the regulator ~ the start-up | encrypt the database ~ leak the database | encryption of the database ~ leaking of the database
    """,
    sets="""
        Which programming language should I learn {t}? = What is a good programming language to learn {t}? = Which programming language do you recommend learning {t}? ~ Which programming language did you learn {t}? | t: first, after Python
        Can I use {e} without an account? = Is it possible to use {e} if I have not signed up? = Does {e} work when you have no account? ~ Can I delete {e} together with my account? | e: the map app, the new chat program
        Is it legal to copy software for a friend? = Am I allowed to make a friend a copy of a program? = May I copy software and give it to a friend? ~ Is it legal to buy software from a friend? ~ Is it legal to write software for a friend?
        What happens to my messages when I change my number? = What becomes of my messages if I get a new number? = How will a new phone number affect my messages? ~ What happens to my number when I change my phone? ~ How do I change a message I have sent to a wrong number?
        *How do search engines rank pages? = How does a search engine decide which page comes first? = What determines the order of pages in a search engine? ~ How do search engines make money?
    """,
)
EVENTS = tell(
    "software",
    captions="""
        a (small) robot ~ a (curious) engineer ~ a (little) girl | follow ~ imitate | | in a laboratory = in a lab ~ on a stage
        *a (silver) drone ~ a falcon ~ a glider | circle ~ follow | | above a quarry ~ at dusk
        a (young) programmer = a (young) coder ~ a teacher | type = write ~ delete | a (long) report ~ some computer code = some code | in an office = at an office desk ~ in a crowded cafe
        a boy = a (young) lad ~ an (elderly) man | take apart = dismantle ~ clean | an (old) computer ~ a (broken) radio | on the floor ~ at a workbench
        two women + ~ some pupils + = some schoolchildren + | watch = look at ~ photograph | a (small) robot ~ a (big) screen | at a trade fair ~ in a classroom
        *a technician ~ a janitor | label ~ install | some (yellow) cables + ~ a rack of servers | in a cellar = in a basement ~ behind a screen
    """,
    reports="""
        the start-up ~ the search company = the search giant ~ the phone maker | buy = take over ~ sue | | in the summer ~ in Singapore
        *the whiz kid ~ the syndicate | outsmart ~ betray | | on the dark web ~ in Estonia
        hackers + = a group of hackers ~ former employees + | attack ~ blackmail | a (large) bank ~ a (regional) hospital | on Saturday ~ over the summer
        the company = the firm ~ the ministry | release = bring out ~ withdraw | a (free) update ~ a (new) app for parents | after months of delay ~ on the first of April
        a court = the judges + ~ a committee | ban = prohibit ~ permit = allow | the messaging app ~ the face scanner | after a short hearing = following a short hearing ~ on Tuesday
        *an inventor ~ a teenager = a youth | unveil = present ~ smash | a (talking) fridge ~ a (solar) keyboard | at a science fair ~ during an interview
        the bank = the savings bank ~ the post office | introduce = launch ~ delay | a chatbot ~ a (new) payment app | in the new year ~ after customer complaints = following customer complaints
    """,
)
STATEMENTS = say(
    "software",
    """
        I forgot my password again. = Once more I could not remember my password. = My password has slipped my mind again. | I forgot my password. | I remembered my password this time. ~ I forgot my umbrella again. | You should change your password every year. ~ My password has twelve letters.
        The update made my phone slower. = Since the update my phone has been slower. = My phone slowed down because of the update. | My phone is slow. | The update made my phone faster. ~ The update made my laptop slower. | The update is free. ~ I bought my phone in a sale.
        The battery lasts about {n} hours. = After about {n} hours the battery is empty. = You get about {n} hours out of the battery. | The battery lasts for some hours. | The battery charges in about {n} hours. ~ The flight lasts about {n} hours. | The battery is hard to remove. ~ I charge my phone at night. | n: six, twelve
        You can use the app without paying. = The app can be used free of charge. = It costs nothing to use the app. | You can use the app. | You cannot use the app without paying. ~ You can use the app without an account. | The app shows the weather. ~ The app was written in a garage.
        The website was down all weekend. = All weekend long nobody could reach the website. = Throughout the weekend the website was unavailable. | The website was down for a while. | The website worked all weekend. ~ The website was redesigned at the weekend. | The website is in three languages. ~ I ordered a tent on the website.
        *The printer is out of ink. = There is no ink left in the printer. = The printer has run out of ink. | | The printer is out of paper. ~ The printer has plenty of ink. | The printer hums. ~ There is an ink stain on the rug.
    """,
)
