"""Books: novels, lives, and evenings with a lamp."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

BOOK = scene(
    "book",
    past=False,
    things="novel, crime novel, mystery, family saga, historical novel, *ghost novel, *whodunit",
    rivals="her first novel, the last novel I read, the book I read before it, *the bestseller of the year",
    adjectives="""
        readable, charming, thoughtful, entertaining, clever, *quirky
        | masterful, unforgettable, magnificent, dazzling, *luminous
        | dull, predictable, wordy, shallow, *humdrum
        | unreadable, dreadful, insufferable, ghastly, *atrocious
    """,
    aspects="""
        plot: the story | clever, touching, well paced | gripping, unforgettable | thin, confusing, far-fetched | nonsensical, ludicrous
        the prose | clear, elegant, vivid | exquisite, dazzling | clumsy, flowery, dry | painful, unreadable
        the heroine | likeable, funny, believable | unforgettable, magnificent | colourless, bland, irritating | insufferable, loathsome
        start: the opening | lively, intriguing, strong | stunning, spellbinding | slow, clumsy, tedious | ghastly, dreadful
        the humour | dry, gentle, sly | irresistible, hilarious | forced, childish, laboured | excruciating, tasteless
        end: the final chapter | moving, satisfying, neat | heartbreaking, magnificent | hurried, weak, sentimental | absurd, infuriating
        the translation | fluent, careful, lively | superb, brilliant | stiff, careless, uneven | disgraceful, unreadable
        the dialogues + | snappy, natural, amusing | sparkling, brilliant | stilted, wooden, endless | embarrassing, unbearable
        the illustrations + | pretty, delicate, charming | gorgeous, enchanting | dull, blurry, childish | hideous, amateurish
        *the footnotes + | *illuminating, *unobtrusive | *scintillating | *pedantic, *long-winded | *mind-numbing
        *the narrator | *wry, *observant | *bewitching | *monotonous, *smug | *repellent
    """,
    great="""
        night: I read it in one night and did not notice the sun come up
        again: I turned the last page and started again from the beginning
        tears: I wept on the bus and did not care who saw me
        life: it has changed the way I look at my own parents
        sentence/prose: there are sentences in it that I know by heart
        gift: I have bought six copies and given every one of them away
        best: it is the best thing I have read in ten years
        author: with this book the author has become one of the greats
        *page: every page glows
        *breath: I had to put it down now and then just to catch my breath
    """,
    good="""
        pages: the pages turn themselves once the journey begins
        sister: the scenes between the two sisters ring true
        village: the village comes to life
        research: the author has done her homework
        laugh: I laughed out loud on the train
        end: the solution is fair and surprising
        length/page: it is short and does not waste a word
        children: my children asked for another chapter every evening
        letters: the letters at the heart of it are touching
        detail: one learns a lot about bees along the way
        *map: the little map at the front is a pleasant help
        *uncle: the eccentric uncle is good company
    """,
    bad="""
        names: I kept mixing up the brothers
        length/page: a hundred pages could go and nobody would miss them
        murderer/plot/end: I knew the murderer by chapter three
        middle/plot: the middle part goes round in circles
        research: the author cannot resist showing us her research
        love: the love story feels tacked on
        weather: there are endless descriptions of the weather
        print: the print is too small for reading in bed
        dialect/dialogue: half of the dialogue is in a dialect I could not follow
        end: the ending leaves too much open
        *prologue/start: the prologue gives away half of what follows
        *similes: there is a far-fetched simile in every sentence
    """,
    awful="""
        throw: I threw it across the room on page fifty
        finish: I gave up halfway, which I have not done since school
        copied/page: whole chapters are copied from an encyclopedia
        errors/prose: there is a spelling mistake in nearly every paragraph
        insult: it sneers at everyone who has ever been poor
        throw: it went straight into the paper bin
        sense/plot: nothing in it makes any sense from the first page to the last
        waste: I have never regretted spending twelve euros so much
        *glue: the whole thing fell apart in my hands before I had finished it
        *theft: it steals its whole plot from a far better writer
    """,
    fact="""
        length/page: it has just over four hundred pages
        place/story: it is set on an island off the Scottish coast
        time/story: the story begins in the spring of 1921
        author: the author used to work as a vet
        part: this is the second part of a trilogy
        cover: the cover shows a bridge at night
        form: it is told in letters and diary entries
        club: we read it for our book club
        paper: it comes out in paperback in May
        language: it was first published in Dutch
        *index: there is an index at the back
        *epigraph: each part opens with a line from a folk song
    """,
    hopes="""
        a light read for the beach, a decent piece of storytelling, a few pleasant hours, *a pleasant yarn
        | a masterpiece, a work of genius, the book of a lifetime, *a future classic
        | a history lesson, a heap of clichés, a slow read, *a dry treatise
        | the worst book I ever opened, three hundred pages of drivel, an insult to the reader, *a literary disaster
    """,
    loaded="""
        story: the novel is about a hateful judge and the generous woman he sends to prison
        story: it tells the story of a dreadful winter in a delightful mountain village
        story: the book describes how a brilliant chemist came to invent a terrible poison
        story: the heroine loses a beautiful ring and finds a cruel letter
        story: it deals with the happiest and the most miserable year in the life of a poet
        story/start: the first chapter describes a perfect crime and the second a failed marriage
        *story: the plot turns on a glorious victory and a shameful retreat
    """,
    settled="""
        sarcasm 0 | The book is heavy enough to stop a door, so my money was not entirely wasted
        sarcasm 0 | I can recommend it to anyone who suffers from sleeplessness
        sarcasm 0 | Trees had to die for this, and I think somebody should tell their families
        sarcasm 0 | My favourite part was the blank page at the end
        sarcasm 1 | Another detective with a drinking problem, now there is a fresh idea
        sarcasm 1 | Apparently the editor was on holiday, for about two hundred pages
        *sarcasm 0 | As firewood it did an excellent job
        *sarcasm 1 | The butler did it, and I nearly fainted with surprise
        domain 3 | The book kept me awake until three in the morning
        domain 1 | The book sent me to sleep by nine in the evening
        domain 3 | It broke my heart, as a good love story should
        domain 3 | It is a slow book, slow in the way a river is slow, and I floated along gladly
        domain 4 | I was late for work, burned the dinner and missed my stop, all because I could not stop reading
        domain 1 | The mystery is so simple that my nine-year-old solved it before supper
        *domain 3 | It haunted me for weeks, and I would not have it otherwise
        *domain 1 | The suspense is so gentle that I used it as a lullaby
    """,
)
SCENES = (BOOK,)
ASK = ask(
    how="""
        publish a novel = get a novel published ~ review a novel ~ translate a novel | cost time who worth
        read faster = increase my reading speed ~ read more ~ read aloud | worth
        start a book club = set up a book club ~ leave a book club ~ join a book club | cost time why
        remember what I read = keep in mind what I have read ~ write about what I read |
        write {n} words a day = get {n} words a day on paper ~ read {n} words a day | why worth | n: five hundred, two thousand
        sell used books = find buyers for used books ~ buy used books ~ repair used books | time when worth
        *bind a diary = put a binding on a diary ~ design a diary | cost time
        *catalogue a library = make a catalogue of a library ~ design a library | cost time why
    """,
    why="""
        old books + | smell sweet = have a sweet smell ~ turn yellow | in libraries = on library shelves ~ in damp cellars
        children + | love scary stories = enjoy frightening tales ~ hate scary stories | at bedtime = before they go to sleep ~ in the daytime
        *poets + | repeat lines = say the same line again ~ skip lines | in ballads = when they write ballads ~ in sonnets
    """,
    versus="""
        a paper book | an e-reader | easier on the eyes | harder on the eyes
        short stories + | novels + | easier to write | harder to write
        *a fountain pen | a typewriter | quieter | noisier
    """,
    roles="""
        the author ~ the editor ~ the publisher | praise, sue, mislead, contact, visit | before the book fair = ahead of the book fair ~ after the book fair
        *the librarian ~ the poet | scold, quote | at the reading = during the reading ~ on the phone
    """,
    cause="""
        writer's block | low spirits
        bad reviews | poor sales
        *insomnia | nightmares
    """,
    quantity="""
        large publishers | pay an advance = pay their authors in advance
        romantic novels | have a happy ending = end happily
        *medieval fables | have a moral = teach a moral
    """,
    order="""
        read the book | watch the film
        write the ending | write the first chapter
        *outline the plot | invent the characters
    """,
    events="""
        the publisher ~ the heirs | destroy the letters ~ publish the letters | destruction of the letters ~ publication of the letters
        the library ~ the museum | buy the manuscript ~ restore the manuscript | purchase of the manuscript ~ restoration of the manuscript
        *the estate ~ the foundation | auction the first edition ~ donate the first edition | auction of the first edition ~ donation of the first edition
    """,
    sets="""
        Who is the author of {e}? = Who wrote {e}? = By whom was {e} written? ~ Who is the publisher of {e}? ~ Who owns {e}? | e: the new book about whales, this week's bestseller
        Which book should I give {e}? = What is a good book to give {e}? = Can you suggest a book as a present for {e}? ~ How many books should I give {e}? | e: a ten-year-old, my grandfather
        How many books does the average person read {t}? = What number of books does a typical reader get through {t}? ~ How many books does the average shop sell {t}? | t: in a year, in a month
        Is it all right to write in library books? = May I write notes in a book from the library? = Are readers allowed to write in books they borrow from the library? ~ Is it all right to write about library books? ~ Is it all right to keep library books?
        Do authors earn more from paper books than from e-books? = Does a paper book bring its author more money than an e-book? ~ Do authors earn more from e-books than from paper books? ~ Do readers pay more for paper books than for e-books?
        *Why are hardbacks printed before paperbacks? = For what reason does the hardback come out ahead of the paperback? ~ Why are hardbacks heavier than paperbacks? ~ Why are paperbacks printed before hardbacks?
    """,
)
EVENTS = tell(
    "books",
    captions="""
        a (friendly) librarian ~ an (old) reader ~ a schoolgirl | help ~ photograph = take a picture of | | between the shelves ~ at the lending desk
        *a (wicked) witch ~ a goblin ~ a fairy | tie up ~ rescue | | in a school play ~ at a carnival parade
        a (young) student = a (young) undergraduate ~ an (old) professor | read ~ put away | a (thick) book = a (thick) volume ~ a (local) newspaper | in a library ~ on a bench
        a woman = a lady ~ two children + = two kids + | leaf through = flick through ~ buy | a (colourful) picture book ~ a (used) cookbook = a (used) cookery book | in a bookshop = at a bookshop ~ at a flea market
        a (bearded) poet ~ a (teenage) girl | recite ~ write | a (short) poem ~ a (funny) limerick | in a cafe = at a cafe ~ on a train
        a removal man ~ three boys + | lift ~ drag = pull | a box of (old) books = a box full of (old) books ~ a (wooden) bookcase | in a narrow hallway ~ in a yard
        *a bookbinder ~ an apprentice | cut ~ glue | a leather cover = a cover made of leather ~ a (silk) ribbon | in a quiet workshop ~ at a window
    """,
    reports="""
        the critic = the reviewer ~ the novelist ~ the publisher | praise ~ attack | | in a magazine ~ on television = on TV
        *the ghost-writer ~ the celebrity | insult ~ thank | | in a memoir ~ in a speech
        the author = the writer ~ the translator | win ~ refuse = turn down | the (national) book prize = the (national) prize for literature ~ a (large) grant | on Wednesday ~ last autumn
        tourists + = visitors + ~ collectors + | steal ~ buy | a (rare) manuscript = a (rare) handwritten book ~ two (old) maps + | in Vienna ~ in Oslo
        the library = the city library ~ the school | throw out = throw away ~ sell | five hundred books + ~ a pile of (old) newspapers = a stack of (old) newspapers | before the renovation = ahead of the renovation ~ after the fire
        *historians + ~ scouts + | discover = find ~ decipher | a (medieval) letter = a letter (from the Middle Ages) ~ a (coded) diary | in a chapel ~ during a field trip
    """,
)
STATEMENTS = say(
    "books",
    """
        She has read the novel {n} times. = She has been through the novel {n} times. | She has read the novel more than once. | She has never read the novel. ~ She has read {n} novels. | The novel was translated three years ago. ~ She writes novels in her spare time. | n: three, four, six
        The library will stay closed until {t}. = Until {t} nobody can use the library. = The library is not going to open before {t}. | The library is closed. | The library will stay open until {t}. ~ The bookshop will stay closed until {t}. | The library has bought new chairs. ~ The librarian retired last spring. | t: Tuesday, the end of May
        My brother lent me a book and never asked for it back. = My brother lent me a book, and he has never wanted it back. | My brother lent me a book. | I lent my brother a book and never got it back. ~ My brother borrowed a book from me and gave it back. | My brother hates reading. ~ I gave my brother a bookmark.
        He fell asleep over his book. = He dozed off while he was reading his book. = He nodded off in the middle of his book. | He fell asleep in his chair. | His book kept him awake all night. ~ He fell asleep over his homework. | He keeps a pile of books beside his bed. ~ He wrote a book about dreams.
        *The poem does not rhyme. = The poem has no rhymes. = There is not a single rhyme in the poem. | | The poem rhymes from start to finish. ~ The song does not rhyme. | The poet lived by the sea. ~ The poem hangs on our kitchen wall.
    """,
)
