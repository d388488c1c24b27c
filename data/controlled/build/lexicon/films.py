"""Films: an evening at the cinema."""

# ruff: noqa: E501
# One entry a line, however long.

from .asking import ask
from .entries import scene
from .telling import say, tell

FILM = scene(
    "film",
    past=False,
    things="film, comedy, thriller, documentary, sequel, war film, *road movie, *heist film",
    rivals="the trailer, the first film, the director's last film, *the book it is based on",
    adjectives="""
        enjoyable, charming, likeable, clever, touching, *breezy
        | wonderful, unforgettable, brilliant, magnificent, *spellbinding
        | forgettable, predictable, clumsy, slow, *plodding
        | unwatchable, dreadful, idiotic, unbearable, *abysmal
    """,
    aspects="""
        the plot | clever, tight, well built | ingenious, gripping, masterly | thin, confusing, predictable | idiotic, incoherent
        the acting | natural, confident, warm | superb, magnetic, flawless | stiff, uneven, flat | atrocious, laughable
        the jokes + | sharp, well timed, fresh | hilarious, priceless | tired, laboured, stale | excruciating, unbearable
        the ending | moving, satisfying, fitting | perfect, devastatingly beautiful | rushed, tame, muddled | ridiculous, infuriating
        the dialogue | witty, lively, believable | brilliant, razor-sharp | wooden, clumsy, flat | embarrassing, painful
        the photography | elegant, crisp, thoughtful | breathtaking, gorgeous | murky, drab, shaky | hideous, amateurish
        the soundtrack | catchy, well chosen, subtle | glorious, haunting | intrusive, bland, overdone | ear-splitting, unbearable
        the two leads + | likeable, well matched, engaging | irresistible, extraordinary | dull, miscast, wooden | insufferable, hopeless
        the fight scenes + | inventive, brisk, well staged | thrilling, spectacular | repetitive, choppy, long | incomprehensible, ludicrous
        *the costumes + | tasteful, *period-true | sumptuous | ill-fitting, *garish | *grotesque
        *the villain | *sly, *menacing | *hypnotic, *unnerving | *toothless, *cartoonish | *preposterous
    """,
    great="""
        effect: I was in tears twice and grinning all the way home
        audience: the whole audience stood up and applauded at the end
        effect: I have already seen it three times and would go again tonight
        scenes: every single scene earns its place
        lead: the lead gives the performance of her life
        effect: it had me on the edge of my seat from start to finish
        effect: I have not laughed this hard in years
        images: there are images in it that I will carry around for the rest of my life
        script: the script is a marvel from the first line to the last
        *effect: it left me speechless, and I am never speechless
        *cast: there is not a weak link anywhere in the cast
        *camera: the camera finds beauty in every puddle
    """,
    good="""
        jokes: most of the jokes land
        pace: it keeps moving and never outstays its welcome
        cast: the cast clearly enjoys itself
        twist: the twist comes as a real surprise
        kids: the children in it behave like children
        heart: it has its heart in the right place
        director: the director trusts us to work things out
        chase: the chase through the market is good fun
        leads: the two leads have real chemistry
        city: it makes the city look inviting
        story: the story picks up nicely after the first half hour
        *romance: the romance grows slowly and feels true
        *cameo: an old star turns up in a delightful cameo
    """,
    bad="""
        length: it runs at least twenty minutes too long
        pace: the second half drags
        twist: we guessed the twist in the first ten minutes
        jokes: too many of the jokes fall flat
        lead: the lead seems half asleep
        accent: the hero's accent wanders from scene to scene
        script: the script keeps explaining what we have just seen
        effects: the effects already look dated
        friend: the best friend exists only to ask questions
        music: the music tells us what to feel every minute
        middle: nothing much happens for an hour
        *subplot: a pointless subplot eats up half an hour
        *edit: the editing is so nervous that I lost track of who was where
    """,
    awful="""
        effect: I walked out after forty minutes and do not regret it
        audience: half the audience had left before the lights came up
        money: I wanted my money back and my evening too
        plot: the plot collapses the moment you think about it
        scenes: there is not one scene worth saving
        script: the script insults everyone who bought a ticket
        effect: I have had more fun at the dentist
        sound: you cannot make out a word anybody says
        lead: the lead could be replaced by a coat stand
        *pain: sitting through it felt like a punishment
        *waste: it throws away a fine cast on utter rubbish
        *logic: nobody involved seems to have read the script before filming it
    """,
    fact="""
        length: it runs for a hundred and ten minutes
        place: most of it takes place on a night train
        actor: the lead played a lawyer in her last film
        language: half of the dialogue is in Danish with subtitles
        novel: it is based on a novel from the fifties
        release: it opens in most cities on Friday
        director: the director also wrote the script
        shoot: the beach scenes were shot in winter
        story: the story covers three summers
        rating: children under twelve need an adult with them
        music: the music was recorded in a church
        *format: the opening was filmed on an old handheld camera
        *credits: a short scene follows the credits
    """,
    hopes="""
        a pleasant evening, a harmless bit of fun, an honest little film, *a quiet charmer
        | a masterpiece, a small miracle, the film of the year, *a modern classic
        | a lecture, a long yawn, a formula, *a history lesson
        | a complete disaster, two hours of torture, a crime against cinema, *an endurance test
    """,
    loaded="""
        the film follows a brutal killer through the most beautiful villages in the region
        it is about a terrible accident and the miserable winter that comes after it
        the story is set in a charming little town where a wonderful teacher goes missing
        the hero is a cruel, lazy man who inherits a lovely house
        the plot concerns a stupid bet, an awful storm and a happy marriage
        the documentary tells how the worst fire in the city's history began
        two brilliant but bitter sisters fight over their father's beautiful garden in this drama
        it is the story of a gifted dancer who loses everything she loves
        *the film retells an ugly scandal that ruined a celebrated surgeon
        *a joyful wedding ends in a vicious quarrel in the opening scene
    """,
    settled="""
        sarcasm 0 | Another car chase through a fruit market, because the first five were not enough to put me to sleep
        sarcasm 0 | If you have always dreamed of watching paint dry for two hours, your film has arrived
        sarcasm 0 | The best moment was when the projector broke and we all got to go home
        sarcasm 0 | Bravo to the editor, who managed to make ninety minutes feel like a school year
        sarcasm 1 | How original, a retired policeman with one last case
        sarcasm 1 | You will be amazed to learn that the grumpy old neighbour has a heart of gold, as in every film like this
        *sarcasm 0 | My compliments to the popcorn, which had more flavour and a better story than the film
        domain 3 | It is an unpredictable film, and you never know which way it will jump next
        domain 3 | A thoroughly frightening film that kept my children awake and me delighted
        domain 4 | I cried like a child for the last half hour and came out happier than I went in
        domain 1 | A horror film so cosy that I nearly dozed off
        domain 1 | For a comedy it is remarkably serious, and I did not smile once
        domain 3 | A cold, cruel little thriller, and all the better for it
        *domain 3 | The sad songs make you weep, which is just what a melodrama should do
        *domain 1 | A ghost story as soothing as a warm bath, which rather defeats the purpose
    """,
)
SCENES = (FILM,)
ASK = ask(
    how="""
        write a screenplay = write a script for a film ~ direct a film ~ sell a screenplay ~ write a review of a film | time why
        get cheap cinema tickets = save money on cinema tickets ~ sell cinema tickets ~ get cheap concert tickets | when
        become a film editor = start a career in film editing ~ become a film critic ~ hire a film editor | time worth
        make a short film with {e} = shoot a short film using {e} ~ watch a short film on {e} | cost time | e: a phone, a borrowed camera
        *dub a cartoon = record new voices for a cartoon ~ draw a cartoon | cost time who
    """,
    roles="""
        the director ~ the producer ~ the leading actress | blame, praise, sue, interview, mention | after the premiere = once the premiere was over ~ before the premiere
        *the stuntman ~ the cameraman | distract, console | during the shoot = while they were shooting ~ after the shoot
    """,
    versus="""
        the book | the film | more exciting | less exciting
        the first part | the second part | longer | shorter
        *the stage version | the screen version | more faithful to the novel | less faithful to the novel
    """,
    quantity="""
        horror films | end badly = have an unhappy ending
        old films | need subtitles = require subtitles
        *silent films | have live music = come with live music
    """,
    events="""
        the studio ~ the director | sell the rights ~ buy the rights | the sale of the rights ~ the purchase of the rights
        the ministry ~ the church | ban the film ~ fund the film | the ban on the film ~ the funding of the film
        *the festival ~ the academy | expel two members ~ honour two members | the expulsion of two members ~ the honouring of two members
    """,
    sets="""
        Which film should I watch {t}? = What is a good film to see {t}? = Can you recommend a movie for {t}? ~ Which film did you watch {t}? | t: tonight, on a rainy Sunday, over Christmas
        Who wrote the music for {e}? = Who composed the soundtrack of {e}? = Whose music do we hear in {e}? ~ Who wrote the script for {e}? ~ Who sings in {e}? | e: the new space film, the last detective film
        Why do people cry at films that end well? = What makes people shed tears over a film with a happy ending? = Why does a happy ending make viewers cry? ~ Why do people laugh at films that end badly? ~ Why do people cry at films that end badly?
        Where can I watch old French films online? = Which sites let me stream old films from France? = Is there a place on the internet to see classic French films? ~ Where can I sell old French films online? ~ Where can I watch new French films online?
        *What does a sound designer do all day? = What is the daily work of a sound designer like? = How does a sound designer spend the day? ~ What does a set designer do all day?
    """,
)
EVENTS = tell(
    "films",
    captions="""
        a (hooded) knight = a knight (in a hood) ~ a (masked) bandit ~ a (fat) king | chase ~ embrace = hug | | on a film set = on the set of a film ~ in an old Western
        *a (green) alien ~ a robot ~ an astronaut | fight ~ greet | | in a comic strip ~ in a cartoon
        a (young) actress ~ an (elderly) actor | rehearse = practise ~ forget | a (long) speech = a (long) monologue ~ a (short) song | on an empty stage ~ in front of an audience
        a cameraman = a man with a camera ~ a (little) girl | film ~ feed | some (white) horses + ~ some (grey) geese + | on a beach = by the sea ~ in a meadow
        two men + = a couple of men + ~ three women + | paint ~ carry | a (huge) film poster = a (huge) poster for a film ~ a (wooden) sign | in front of a cinema = outside a cinema ~ behind a school
        *a clown ~ a magician | juggle ~ polish | five (red) balls + ~ some (sharp) knives + | in a circus tent ~ at a street fair = at a fair in the street
    """,
    reports="""
        the director ~ the leading man ~ the author of the novel | sue ~ defend = stand up for | | in January = at the start of the year ~ after the first night
        *the make-up artist ~ the extra | punch ~ forgive | | in the trailer = inside the trailer ~ at the wrap party
        the jury = the judges + ~ the audience | honour = pay tribute to ~ mock | a (first-time) director = a (first-time) film-maker ~ a (retired) actress | at the festival = during the festival ~ at the airport
        the studio = the film company ~ the cinema chain | cancel = call off ~ announce | the sequel = the follow-up film ~ the premiere | on Monday ~ in March
        *a critic = a reviewer ~ a blogger | attack = tear into ~ defend | the musical ~ the cartoon | in a newspaper column ~ on the radio
    """,
)
STATEMENTS = say(
    "films",
    """
        The film was so long that we missed the last bus. = We missed the last bus because the film went on for so long. = Because of the length of the film there was no bus left for us. | We missed the last bus. | The film was so short that we caught the early bus. ~ We left the film early to catch the last bus. | The film is about a bus driver. ~ The bus broke down on the way to the cinema.
        I could not get tickets for the premiere. = There were no tickets for the premiere left for me. = I failed to get hold of tickets for the opening night. | I could not get tickets. | I got tickets for the premiere at the last minute. ~ I could not get anyone to come to the premiere with me. | The premiere was shown on television. ~ Tickets for the theatre have become expensive.
        The director refused to shorten the film by {n} minutes. = Cutting {n} minutes from the film was out of the question for the director. | The director refused to shorten the film. | The director agreed to shorten the film by {n} minutes. ~ The studio refused to pay for {n} more minutes of film. | The film won a prize for its editing. | n: ten, thirty
        *Nobody laughed at the comedian's jokes. = The comedian's jokes met with silence. = The comedian failed to get a single laugh. | Nobody laughed. | Everybody laughed at the comedian's jokes. ~ The comedian laughed at nobody's jokes. | The comedian wore a bow tie. ~ The comedian gives lessons to beginners.
    """,
)
